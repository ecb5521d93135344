import type { Post } from './webhooks.js';

const ANSWER_MS_MAX = 10_000;

/** Over HTTP. A receiver that breaks off or stays silent counts as status 0. */
export const postOverHttp: Post = async (url, { body, signature }) => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
      body,
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0; // Not an error here: the delivery is recorded as unanswered and tried again.
  }
};
