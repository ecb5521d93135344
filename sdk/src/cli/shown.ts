import type { Bounty, Capture, GroundtruthEvent, ObservationCard, Quote } from '../protocol/index.js';
import type { Line } from './output.js';

/** What a stranger wrote is quoted, so that nobody takes it for words of the exchange. */
const quoted = (text: unknown): string => `"${String(text)}"`;
const rows = (pairs: readonly (readonly [string, string | null])[]): Line[] =>
  pairs.flatMap(([name, value]) => (value === null ? [] : [[`  ${name}`, value]]));

export function bountyLines(bounty: Bounty): Line[] {
  const { id, mode, price_now, currency, held, terms, deadline_at, agreement, available_actions } = bounty;
  return [
    `bounty ${id} (${mode})`,
    ...rows([
      ['title', quoted(terms.title)],
      ['state', stateOf(bounty)],
      ['slots', slotsOf(bounty)],
      ['price', `${price_now} ${currency} now, ${bounty.pricing.cap} at most`],
      ['held', held],
      ['until', deadline_at],
      ['agreement', agreement && `${agreement.agreeing} of ${agreement.of} agree, ${agreement.differing} differ`],
      ['actions', available_actions.map(({ action }) => action).join(', ') || null],
    ]),
  ];
}

export const bountyProgress = (bounty: Bounty): readonly string[] => [
  bounty.pricing.at,
  stateOf(bounty),
  slotsOf(bounty),
  `${bounty.price_now} ${bounty.currency}`,
];

/** What of a bounty is progress: the rest changes with each look, or never. */
export const progressKey = ({ state, outcome, slots, agreement, pledges, pricing, held }: Bounty): string =>
  JSON.stringify([state, outcome, slots, agreement, pledges, pricing.cap, held]);

export function quoteLines(quote: Quote): Line[] {
  const { policy, currency, price_each, fee_each, hold, available, covered, fill, fill_unknown } = quote;
  const reason = policy.outcome === 'allow' ? '' : ` (${policy.rule ?? 'no rule named'}: ${policy.hint ?? 'no hint'})`;
  return [
    `policy: ${policy.outcome}${reason}`,
    ...rows([
      ['price each', `${price_each} ${currency}`],
      ['fee each', fee_each],
      ['hold', `${hold}, ${covered ? 'covered' : 'NOT covered'} by ${available}`],
      ['fill', fill ? `${(fill.probability * 100).toFixed(0)} % by ${fill.by}` : `unknown: ${fill_unknown ?? ''}`],
      ['recommended', quote.recommended_price],
    ]),
  ];
}

export function captureLines(capture: Capture): Line[] {
  const { id, bounty_id, state, failed_stage, deadline_at, on_silence, finding, derivative, detail } = capture;
  return [
    `capture ${id}`,
    ...rows([
      ['bounty', bounty_id],
      ['state', failed_stage ? `${state} (${failed_stage})` : state],
      ['finding', finding],
      ['failed check', detail?.failed_check ?? null],
      ['reason', detail?.reason ? quoted(detail.reason) : null],
      ['paid', detail?.paid ?? null],
      ['until', deadline_at && `${deadline_at}, then ${on_silence ?? 'nothing'}`],
      ['picture', derivative?.url ?? null],
    ]),
  ];
}

export const cardRow = ({ id, kind, hour, cell, tier, price, currency, retracted, superseded_by, disputed_at }: ObservationCard) => [
  id,
  kind,
  hour,
  cell,
  tier,
  `${price} ${currency}`,
  [retracted ? 'retracted' : '', superseded_by ? 'replaced' : '', disputed_at ? 'disputed' : ''].join(' ').trim(),
]; // prettier-ignore

export const eventRow = ({ created_at, type, resource_id, id }: GroundtruthEvent) => [
  created_at,
  type,
  resource_id,
  id,
];

const stateOf = ({ state, outcome }: Bounty): string => (outcome === null ? state : `${state} (${outcome})`);
const slotsOf = ({ slots: { quantity, reserved, settled, waiting, free } }: Bounty): string =>
  `${settled} of ${quantity} settled, ${reserved} reserved, ${free} free${waiting > 0 ? `, ${waiting} waiting` : ''}`;
