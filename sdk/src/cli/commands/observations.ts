import { writeFile } from 'node:fs/promises';
import { toWireTime } from '../../protocol/index.js';
import { command } from '../command.js';
import { EXIT } from '../exit.js';
import type { Line } from '../output.js';
import { repeatably, REPEATABLE } from '../repeatable.js';
import { readerOf } from '../session.js';
import { cardRow } from '../shown.js';
import { momentOf, numberOf } from '../values.js';

export const observations = command({
  name: 'observations',
  summary: 'Lists cards of what was published, oldest first, each as a line; costs nothing.',
  args: [],
  options: {
    kind: { type: 'string', choices: ['photo', 'video', 'reading'], about: 'Only these.' },
    cell: { type: 'string', value: 'CELL', about: 'Only in this H3 cell of resolution 5.' },
    'hour-from': { type: 'string', value: 'TIME', about: 'Only from this hour on.' },
    'as-of': { type: 'string', value: 'TIME', about: 'What was known at that moment.' },
    limit: { type: 'string', value: 'N', default: '100', about: 'Most cards to print.' },
  },
  examples: ['observations --kind photo --hour-from 2026-11-21T06:00:00Z --json'],
  async run({ options, terminal, out }) {
    const [hour_from, as_of] = (['hour-from', 'as-of'] as const).map((name) => {
      const text = options[name];
      return text === undefined ? undefined : momentOf(name, text, terminal);
    });
    const filter = {
      ...(options.kind !== undefined && { kind: options.kind as 'photo' }),
      ...(options.cell !== undefined && { cell: options.cell }),
      ...(hour_from !== undefined && { hour_from }),
      ...(as_of !== undefined && { as_of }),
    };
    let left = numberOf('limit', options.limit);
    const reader = await readerOf(terminal);
    for await (const card of reader.observations.list({ ...filter, signal: terminal.signal })) {
      if (left-- <= 0) break;
      out.each(card, cardRow(card));
    }
    return EXIT.ok;
  },
});

export const read = command({
  name: 'read',
  summary:
    'Buys the body of an observation from the balance and prints it; the second read by the same reader is free.',
  args: [{ name: 'OBSERVATION' }],
  options: {
    to: { type: 'string', value: 'FILE', about: 'Keep the whole answer as JSON, for verify.' },
    picture: { type: 'string', value: 'FILE', about: 'Keep the redacted picture, its hash checked.' },
    ...REPEATABLE,
  },
  examples: ['read obs_… --to read.json --picture harbour.jpg'],
  async run({ args: [id], options, terminal, out }) {
    const { signal } = terminal;
    const reader = await readerOf(terminal);
    const bought = await repeatably(options, (idempotencyKey) =>
      reader.observations.read(id!, { idempotencyKey, signal }),
    );
    const { card, body } = bought;
    // It is paid for: kept before anything else can fail.
    if (options.to !== undefined) await writeFile(options.to, `${JSON.stringify(bought, null, 2)}\n`);
    const picture = options.picture === undefined ? null : await reader.observations.media(body, { signal });
    if (options.picture !== undefined && picture !== null) await writeFile(options.picture, picture);
    const { record } = body;
    const lines: Line[] = [
      `observation ${card.id}: ${record.finding}`,
      ['  facts', ...record.facts.map((fact) => JSON.stringify(fact))],
      ['  proven', `${toWireTime(record.proven_interval.t0)} to ${toWireTime(record.proven_interval.t1)}`],
      ['  trust', `tier ${record.tier}, by ${record.basis}, confidence ${record.confidence}`],
      ['  place', `cell ${record.cell} (${record.place_basis})`],
      ['  price', `${card.price} ${card.currency}`],
      ...(options.picture === undefined ? [] : [['  picture', picture === null ? `none: ${body.media_withheld ?? 'not made'}` : options.picture]]),
      `check it: groundtruth verify ${card.id}`,
    ]; // prettier-ignore
    out.show(bought, lines);
    return EXIT.ok;
  },
});
