import { AgentClient, OperatorClient, ProblemError } from '@groundtruth/sdk/agent';
import type { ProblemCode } from '@groundtruth/sdk/protocol';
import { newWorker, sheepTerms } from '../support/cast.js';
import type { Need } from './typescript/stage.js';

const NOBODY = `bty_${'0'.repeat(32)}`;

/** Requests that are refused, each with the code it is in: what their pages show must be what the market answers. */
export const PROVOKED = {
  not_found: ({ agent }) => agent.client.bounties.get(NOBODY),
  unauthenticated: ({ market }) => new AgentClient({ baseUrl: market.baseUrl, apiKey: 'of-nobody' }).me(),
  forbidden: ({ market, agent }) => new OperatorClient({ baseUrl: market.baseUrl, apiKey: agent.api_key }).books(),
  invalid_request: ({ agent }) =>
    agent.client.bounties.create(sheepTerms({ price: { schedule: 'fixed', amount: '1e-7' } })),
  idempotency_key_required: ({ market, agent }) => sent(market.baseUrl, agent.api_key, 'POST', '{}'),
  idempotency_key_reused: async ({ agent }) => {
    const once = { idempotencyKey: crypto.randomUUID() };
    await agent.client.bounties.create(sheepTerms(), once);
    return agent.client.bounties.create(sheepTerms({ title: 'Sheep in the lower pasture' }), once);
  },
  method_not_allowed: ({ market, agent }) => sent(market.baseUrl, agent.api_key, 'DELETE'),
  insufficient_funds: async ({ market }) => (await market.funded('1.000000')).client.bounties.create(sheepTerms()),
  bounty_full: async (need) => {
    const { id } = await need('bounty');
    await need.worker.client.reservations.create(id);
    return (await newWorker(need.market.baseUrl, 'late')).client.reservations.create(id);
  },
  bounty_not_open: async (need) => {
    const { id } = await need('bounty');
    await need.agent.client.bounties.cancel(id);
    return need.worker.client.reservations.create(id);
  },
  price_lowered: async (need) => {
    const price = { schedule: 'fixed', amount: '1.000000' } as const;
    return need.agent.client.bounties.raise((await need('bounty')).id, { price });
  },
  pledge_out_of_range: async (need) => need.agent.client.pledges.create((await need('gathering')).id, '99.000000'),
  policy_held: ({ agent }) => agent.client.bounties.create(sheepTerms({ title: 'Schafe auf der Weide 羊' })),
  capture_state: async (need) => need.agent.client.captures.review((await need('capture')).id, { decision: 'accept' }),
  seal_conflict: async (need) => {
    const sealed = await need('sealed');
    await need.worker.client.captures.seal(sealed);
    return need.worker.client.captures.seal({ ...sealed, reservation_id: (await need('next')).id });
  },
  original_removed: async (need) => {
    const { id } = await need.worker.client.captures.create(await need('sealed'));
    return need.market.operator.captures.original(id, 'nothing was uploaded yet');
  },
} as const satisfies Partial<Record<ProblemCode, (need: Need) => Promise<unknown>>>;

/** The members of the problem document that a request is refused with. */
export async function refusalOf(request: Promise<unknown>): Promise<{ code: string; facts: string[] }> {
  const refused: unknown = await request.then(
    (answer) => answer,
    (error: unknown) => error,
  );
  if (!(refused instanceof ProblemError)) throw new Error('the request was not refused', { cause: refused });
  const named = { ...(refused.param !== null && { param: 0 }), ...(refused.hint !== null && { hint: 0 }) };
  return { code: refused.code, facts: Object.keys({ ...refused.facts, ...named }) };
}

/** What no client of ours sends. @throws {ProblemError} as a client would. */
async function sent(baseUrl: string, apiKey: string, method: string, body?: string): Promise<void> {
  const headers = { authorization: `Bearer ${apiKey}`, ...(body && { 'content-type': 'application/json' }) };
  const answer = await fetch(`${baseUrl}/v1/bounties`, { method, headers, ...(body && { body }) });
  const { param = null, hint = null, ...document } = (await answer.json()) as Record<string, unknown>;
  const { type: _, title, status, detail, code, retry, request_id, ...facts } = document;
  throw new ProblemError({ title, status, detail, code, retry, request_id, param, hint, facts, retry_after_s: null, idempotency_key: null } as ConstructorParameters<typeof ProblemError>[0]); // prettier-ignore
}
