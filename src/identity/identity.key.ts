import { createHmac } from 'node:crypto';

/** Hex digits of what is made with the key: 128 bits, so that no two inputs meet by chance. */
const DIGITS = 32;

/**
 * Hides what is few enough to be guessed: address blocks, and who is behind a pseudonym. Lost, old pseudonyms and address traits mean
 * nothing any more, and nothing else is lost.
 */
export class IdentityKey {
  constructor(private readonly key: Uint8Array) {}

  /** 32 hex digits that only the holder of the key can make again. Other purposes or parts give others. */
  mac(purpose: string, ...parts: string[]): string {
    const hmac = createHmac('sha256', this.key);
    for (const part of [purpose, ...parts]) hmac.update(`${Buffer.byteLength(part)}:${part}`);
    return hmac.digest('hex').slice(0, DIGITS);
  }
}
