import type { Letter } from './forgeries.js';

/** As many at once as a busy day of Stripe would send. */
const WIDTH = 32;

/** Posts all letters, up to 32 at once, beginning in their order, and says how each was answered. */
export async function post<L extends Letter>(
  url: string,
  letters: readonly L[],
  say: (letter: L, answer: string) => void,
): Promise<void> {
  let next = 0;
  const carrier = async (): Promise<void> => {
    for (let at = next++; at < letters.length; at = next++) {
      const letter = letters[at]!;
      say(letter, await one(url, letter));
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, carrier));
}

/** `200`, or the status with the code of its problem. */
async function one(url: string, { body, signature }: Letter): Promise<string> {
  const headers = new Headers({ 'content-type': 'application/json; charset=utf-8' });
  if (signature !== null) headers.set('stripe-signature', signature);
  const response = await fetch(url, { method: 'POST', headers, body });
  const said = (await response.json()) as { code?: string };
  return response.ok ? String(response.status) : `${response.status} ${said.code ?? ''}`;
}

export const expected = ({ status, code }: Letter): string => (code === null ? String(status) : `${status} ${code}`);
