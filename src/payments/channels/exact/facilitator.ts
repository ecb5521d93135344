import {
  settleResponseSchema,
  X402_VERSION,
  type ExactPayload,
  type PaymentRequirement,
} from '@groundtruth/sdk/protocol';
import { DomainError } from '../../../kernel/problem.js';

const ANSWER_MS_MAX = 20_000;

/** Sends payments for us, and pays their gas. What it says is not what counts: the chain is asked whether the money is there. */
export interface Facilitator {
  /** Null when it says that it sent the payment; else why not. @throws {DomainError} `dependency_unavailable` when it does not answer. */
  settle(accepted: PaymentRequirement, payload: ExactPayload): Promise<string | null>;
}

/** The facilitator of x402 at this address. A payment may be given to it again: the token takes each once. */
export function facilitatorAt(url: string): Facilitator {
  return {
    async settle(accepted, payload) {
      const paymentPayload = { x402Version: X402_VERSION, accepted, payload };
      const body = JSON.stringify({ x402Version: X402_VERSION, paymentPayload, paymentRequirements: accepted });
      const answer = await ask(`${url.replace(/\/+$/, '')}/settle`, body);
      const settled = settleResponseSchema.safeParse(answer);
      if (!settled.success) throw new DomainError('dependency_unavailable', 'the facilitator answered something else');
      return settled.data.success ? null : (settled.data.errorReason ?? 'the facilitator does not say why');
    },
  };
}

async function ask(url: string, body: string): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const headers = { 'content-type': 'application/json' };
    return await (await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' })).json();
  } catch (cause) {
    throw new DomainError('dependency_unavailable', 'the facilitator did not answer', {}, { cause });
  }
}
