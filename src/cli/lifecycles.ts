import {
  APPLICATION_TRANSITIONS,
  BOUNTY_TRANSITIONS,
  DRAW_TRANSITIONS,
  PLEDGE_TRANSITIONS,
  RESERVATION_TRANSITIONS,
} from '../bounties/index.js';
import { CAPTURE_TRANSITIONS } from '../captures/index.js';
import {
  CARD_DISPUTE_TRANSITIONS,
  EARNINGS_HOLD_TRANSITIONS,
  EXT_OP_TRANSITIONS,
  REFUND_TRANSITIONS,
  TOP_UP_TRANSITIONS,
  ENTRY_TRANSITIONS,
  PAYOUT_TRANSITIONS,
  RECIPIENT_TRANSITIONS,
  ROOT_TRANSITIONS,
  CHANNEL_TRANSITIONS,
  EXACT_TRANSITIONS,
} from '../payments/index.js';
import { DELIVERY_TRANSITIONS, ENDPOINT_TRANSITIONS, SUBSCRIPTION_TRANSITIONS } from '../feeds/index.js';
import { POLICY_HOLD_TRANSITIONS } from '../policy/index.js';
import { INVITATION_TRANSITIONS, OFFER_TRANSITIONS } from '../market/index.js';
import { SIMULATION_TRANSITIONS } from '../sandbox/index.js';
import { STANDING_TRANSITIONS } from '../standing/index.js';
import { DISPUTE_TRANSITIONS } from '../verification/index.js';

type Table = Readonly<Record<string, Readonly<Partial<Record<string, string>>>>>;

const MACHINES: readonly { readonly name: string; readonly start: string; readonly table: Table }[] = [
  { name: 'Bounty', start: 'draft', table: BOUNTY_TRANSITIONS },
  { name: 'Pledge', start: 'held', table: PLEDGE_TRANSITIONS },
  { name: 'Standing bounty', start: 'active', table: STANDING_TRANSITIONS },
  { name: 'Application for a slot that is drawn', start: 'applied', table: APPLICATION_TRANSITIONS },
  { name: 'Draw', start: 'open', table: DRAW_TRANSITIONS },
  { name: 'Reservation', start: 'active', table: RESERVATION_TRANSITIONS },
  { name: 'Offer', start: 'active', table: OFFER_TRANSITIONS },
  { name: 'Invitation', start: 'open', table: INVITATION_TRANSITIONS },
  { name: 'Capture', start: 'uploading', table: CAPTURE_TRANSITIONS },
  { name: 'Escrow entry', start: 'offered', table: ENTRY_TRANSITIONS },
  { name: 'Payout root', start: 'drafted', table: ROOT_TRANSITIONS },
  { name: 'Payment channel', start: 'open', table: CHANNEL_TRANSITIONS },
  { name: 'Payment of one read', start: 'submitted', table: EXACT_TRANSITIONS },
  { name: 'Payout account (card)', start: 'onboarding', table: RECIPIENT_TRANSITIONS },
  { name: 'Earnings in doubt', start: 'held', table: EARNINGS_HOLD_TRANSITIONS },
  { name: 'Payout to a bank', start: 'planned', table: PAYOUT_TRANSITIONS },
  { name: 'Hold of policy', start: 'waiting', table: POLICY_HOLD_TRANSITIONS },
  { name: 'Dispute', start: 'open', table: DISPUTE_TRANSITIONS },
  { name: 'Subscription', start: 'active', table: SUBSCRIPTION_TRANSITIONS },
  { name: 'Top-up', start: 'created', table: TOP_UP_TRANSITIONS },
  { name: 'Card refund', start: 'requested', table: REFUND_TRANSITIONS },
  { name: 'Card dispute', start: 'open', table: CARD_DISPUTE_TRANSITIONS },
  { name: 'Webhook endpoint', start: 'active', table: ENDPOINT_TRANSITIONS },
  { name: 'Webhook delivery', start: 'pending', table: DELIVERY_TRANSITIONS },
  { name: 'Simulated contributor', start: 'waiting', table: SIMULATION_TRANSITIONS },
  { name: 'Effect at the card processor', start: 'queued', table: EXT_OP_TRANSITIONS },
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
