import { BOUNTY_TRANSITIONS, RESERVATION_TRANSITIONS } from '../bounties/index.js';
import { CAPTURE_TRANSITIONS } from '../captures/index.js';
import { ENTRY_TRANSITIONS, ROOT_TRANSITIONS } from '../payments/index.js';
import { DISPUTE_TRANSITIONS } from '../verification/index.js';

type Table = Readonly<Record<string, Readonly<Partial<Record<string, string>>>>>;

const MACHINES: readonly { readonly name: string; readonly start: string; readonly table: Table }[] = [
  { name: 'Bounty', start: 'draft', table: BOUNTY_TRANSITIONS },
  { name: 'Reservation', start: 'active', table: RESERVATION_TRANSITIONS },
  { name: 'Capture', start: 'uploading', table: CAPTURE_TRANSITIONS },
  { name: 'Escrow entry', start: 'offered', table: ENTRY_TRANSITIONS },
  { name: 'Payout root', start: 'drafted', table: ROOT_TRANSITIONS },
  { name: 'Dispute', start: 'open', table: DISPUTE_TRANSITIONS },
];

/** docs/lifecycles.md: one diagram for each transition table. A missing arrow is an illegal move. */
export function renderLifecycles(): string {
  const sections = MACHINES.map(
    ({ name, start, table }) =>
      `## ${name}\n\n\`\`\`mermaid\nstateDiagram-v2\n${[`    [*] --> ${start}`, ...arrows(table)].join('\n')}\n\`\`\`\n`,
  );
  return `# Lifecycles\n\nGenerated from the transition tables by \`npm run generate\`; never edited by hand.\n\n${sections.join('\n')}`;
}

function arrows(table: Table): string[] {
  return Object.entries(table).flatMap(([from, edges]) => {
    const moves = Object.entries(edges).map(([event, to]) => `    ${from} --> ${to}: ${event}`);
    return moves.length > 0 ? moves : [`    ${from} --> [*]`];
  });
}
