import { z } from 'zod';
import { amountOutSchema, amountSchema } from '../../protocol/index.js';
import {
  valueOfInformation,
  type InformationQuestion,
  type ValueOfInformation,
} from '../../agent/value-of-information.js';
import { refusing } from '../refusals.js';
import { READS, tool } from '../tool.js';

const share = z.number().min(0).max(1);
const betSchema = z.object({
  side: z.enum(['yes', 'no', 'none']),
  stake: amountOutSchema,
  expected_profit: amountOutSchema,
});

/** The bounds of `InformationQuestion`, which is a type of the client: nothing of this is sent anywhere. */
const questionSchema = z.strictObject({
  market_price: z.number().gt(0).lt(1).describe('Price of a share that pays 1 when the answer is yes.'),
  prior: share.describe('Your own probability of yes before any capture.'),
  stake_limit: amountSchema.describe('Most that may be staked on either side, e.g. "200.000000".'),
  market_fee: share.optional().describe('What the market takes of a stake, as a share.'),
  false_accept: share.describe('Probability that a capture says yes although the answer is no (docs/error-rates.md).'),
  false_reject: share.describe('Probability that a capture says no although the answer is yes.'),
  shared_error: share.optional().describe('Probability that all captures err together.'),
  captures_max: z.int().min(1).max(50).optional(),
  cost_each: amountSchema.optional().describe('What one capture costs, fee included.'),
  capture_fee_bps: z.int().min(0).max(10_000).optional(),
  risk: z
    .union([
      z.strictObject({ rule: z.literal('neutral') }),
      z.strictObject({ rule: z.literal('kelly'), bankroll: amountSchema }),
    ])
    .optional(),
});

export const valueOfInformationTool = tool({
  name: 'value_of_information',
  title: 'Value of information',
  description:
    'What it is worth to look before betting on a yes-or-no market: the most that is rational to pay for 1, 2, … captures, and how many to ask for. Pure arithmetic: reads no market, places no bet.',
  input: questionSchema,
  output: z.object({
    without: betSchema,
    with_captures: z.array(
      z.object({
        captures: z.int(),
        value: amountOutSchema,
        highest_bid: amountOutSchema,
        expected_profit: amountOutSchema,
      }),
    ),
    perfect: amountOutSchema,
    best_captures: z.int().nullable(),
  }),
  hints: READS,
  async run(_context, question) {
    const value = valueOf(question);
    const best = value.best_captures === null ? '' : ` Best number of captures at that cost: ${value.best_captures}.`;
    const [one] = value.with_captures;
    const say = `One capture is worth at most ${one?.value ?? '0.000000'}; highest bid ${one?.highest_bid ?? '0.000000'}.${best}`;
    return { data: { ...value, with_captures: [...value.with_captures] }, say };
  },
});

/** What the schema does not bound, such as a bankroll of nothing, is the caller's to change as well. */
function valueOf(question: InformationQuestion): ValueOfInformation {
  try {
    return valueOfInformation(question);
  } catch (error) {
    if (error instanceof RangeError) throw refusing('invalid_request', { detail: error.message });
    throw error;
  }
}
