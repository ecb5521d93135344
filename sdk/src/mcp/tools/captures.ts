import { z } from 'zod';
import {
  captureSchema,
  createDisputeSchema,
  decideReviewSchema,
  disputeSchema,
  idSchema,
  listQuerySchema,
  pageOf,
} from '../../protocol/index.js';
import { again, dryRun, keyOf, moneyShape, movedShape, onceBy } from '../money.js';
import { ADDS, READS, tool } from '../tool.js';
import { numberOf } from './query.js';

const captureShape = { capture_id: idSchema('capture') };

export const listReviews = tool({
  name: 'list_reviews',
  title: 'Captures that wait for you',
  description:
    'Captures of your bounties that the checks left open and that wait for your answer, oldest first. Silence until deadline_at pays them. Reads only.',
  input: listQuerySchema,
  output: pageOf(captureSchema),
  hints: READS,
  async run({ transport, signal }, { limit, cursor }) {
    const query = { limit: numberOf(limit), cursor };
    const page = await transport.call('list_reviews', { query, signal });
    const say =
      page.data.length === 0
        ? 'No capture waits for you.'
        : `${page.data.length} captures wait: ${page.data.map(({ id, deadline_at }) => `${id} until ${deadline_at}`).join(', ')}. Answer each with review_capture.`;
    return { data: page, say };
  },
});

export const reviewCapture = tool({
  name: 'review_capture',
  title: 'Answer for a capture',
  description:
    'accept pays the capture. object, with a reason_code, hands it to the operator. Only for captures of list_reviews.',
  input: decideReviewSchema.pick({ decision: true, reason_code: true }).extend({ ...captureShape, ...moneyShape }),
  output: z.object({ ...movedShape, capture: captureSchema }),
  hints: { ...ADDS, destructiveHint: true },
  async run(context, { idempotency_key, dry_run, capture_id, ...answer }) {
    const { client, signal } = context;
    if (dry_run) {
      const capture = await client.captures.get(capture_id, { signal });
      const { currency } = await client.bounties.get(capture.bounty_id, { signal });
      const effect = answer.decision === 'accept' ? 'it would be paid from the hold' : 'nothing would be paid yet';
      const say = `Dry run: ${capture_id} is ${capture.state}; ${effect}. Nothing was answered.`;
      return { data: { dry_run: dryRun({ currency }), once: null, capture }, say };
    }
    const { options, told } = onceBy(context, keyOf('review_capture', { idempotency_key, capture_id, ...answer }));
    const capture = await client.captures.review(capture_id, answer, options);
    const once = told();
    return { data: { dry_run: null, once, capture }, say: `${capture.id} is ${capture.state}.${again(once)}` };
  },
});

export const disputeCapture = tool({
  name: 'dispute_capture',
  title: 'Dispute an accepted capture',
  description:
    'Says that a capture you paid for is not what was asked, with a reason_code; an operator decides. What was paid is not taken back from its contributor: an upheld dispute is paid from a reserve.',
  input: createDisputeSchema.extend({ ...captureShape, ...moneyShape }),
  output: z.object({ ...movedShape, dispute: disputeSchema.nullable() }),
  hints: ADDS,
  async run(context, { idempotency_key, dry_run, capture_id, ...reason }) {
    const { client, signal } = context;
    if (dry_run) {
      const capture = await client.captures.get(capture_id, { signal });
      const { currency } = await client.bounties.get(capture.bounty_id, { signal });
      const say = `Dry run: ${capture_id} is ${capture.state}. Nothing was disputed.`;
      return { data: { dry_run: dryRun({ currency }), once: null, dispute: null }, say };
    }
    const { options, told } = onceBy(context, keyOf('dispute_capture', { idempotency_key, capture_id, ...reason }));
    const dispute = await client.captures.dispute(capture_id, reason, options);
    const once = told();
    const say = `${dispute.id} is ${dispute.state}, to be decided by ${dispute.deadline_at ?? 'nobody'}.${again(once)}`;
    return { data: { dry_run: null, once, dispute }, say };
  },
});
