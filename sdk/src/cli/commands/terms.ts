import type { BountyTermsInput } from '../../protocol/index.js';
import { UsageError, type Options, type Values } from '../command.js';
import type { Terminal } from '../terminal.js';
import { momentOf, numberOf, pointOf, readJson } from '../values.js';

/** The common case by options; everything else (other schedules, polygons, rails, pledges) in a file. */
export const TERMS_OPTIONS = {
  file: { type: 'string', value: 'FILE', about: 'The whole terms as JSON; - is standard input. Then no other terms.' },
  title: { type: 'string', about: 'What is wanted, in 3 to 120 characters.' },
  instructions: { type: 'string', about: 'More for whoever goes there.' },
  kind: { type: 'string', choices: ['photo', 'video'], default: 'photo', about: 'What is to be captured.' },
  near: { type: 'string', value: 'LAT,LNG', about: 'Middle of the area, in degrees; --near=-33.9,18.4 when negative.' },
  'radius-m': { type: 'string', value: 'METRES', default: '150', about: 'Radius of the area.' },
  'closes-at': { type: 'string', value: 'TIME', about: 'Last moment of capture: RFC 3339, or from now like 2h.' },
  object: { type: 'string', multiple: true, value: 'LABEL', about: 'Something that must be seen; a COCO label.' },
  text: { type: 'string', multiple: true, value: 'PATTERN', about: 'Text that must be readable, as a pattern.' },
  price: { type: 'string', value: 'AMOUNT', about: 'What a slot pays, decimal.' },
  currency: { type: 'string', choices: ['USD', 'USDC'], default: 'USD', about: 'Of the price.' },
  quantity: { type: 'string', value: 'N', default: '1', about: 'How many captures are wanted.' },
  purpose: { type: 'string', choices: ['weather', 'traffic', 'retail', 'civic', 'markets', 'other'], default: 'other', about: 'What it is for.' },
} as const satisfies Options; // prettier-ignore

const ONLY_BY_OPTIONS = ['title', 'instructions', 'near', 'closes-at', 'price'] as const;

/**
 * Terms as they are sent; what they mean is for the server to judge.
 * @throws {UsageError} for what is missing, or cannot be read.
 */
export async function termsOf(options: Values<typeof TERMS_OPTIONS>, terminal: Terminal): Promise<BountyTermsInput> {
  if (options.file !== undefined) {
    const extra = ONLY_BY_OPTIONS.find((name) => options[name] !== undefined);
    if (extra || options.object.length + options.text.length > 0)
      throw new UsageError(`--file holds all terms: leave --${extra ?? 'object and --text'} out`);
    // Not parsed here: the server says what is wrong in it, and a newer one may know more.
    return (await readJson(options.file, terminal)) as BountyTermsInput;
  }
  const given = <K extends (typeof ONLY_BY_OPTIONS)[number]>(name: K): string => {
    const value = options[name];
    if (value === undefined) throw new UsageError(`--${name} is missing (or give the terms by --file)`);
    return value;
  };
  const all = [
    ...options.object.map((label) => ({ object: { label } })),
    ...options.text.map((pattern) => ({ text: { pattern } })),
  ];
  if (all.length === 0) throw new UsageError('what must be seen? Give --object, --text, or the terms by --file');
  return {
    kind: options.kind as 'photo' | 'video',
    title: given('title'),
    ...(options.instructions !== undefined && { instructions: options.instructions }),
    area: { ...pointOf('near', given('near')), radius_m: numberOf('radius-m', options['radius-m']) },
    window: { closes_at: momentOf('closes-at', given('closes-at'), terminal) },
    criteria: { all },
    price: { schedule: 'fixed', amount: given('price') },
    currency: options.currency as 'USD' | 'USDC',
    quantity: numberOf('quantity', options.quantity),
    purpose: options.purpose as BountyTermsInput['purpose'],
  };
}
