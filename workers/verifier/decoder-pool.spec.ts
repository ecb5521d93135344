import { DecoderPool } from './decoder-pool.js';
import type { MediaDecoder } from './sources.js';

function decoder(forget: () => Promise<void> = async () => undefined): MediaDecoder {
  return { forget } as MediaDecoder;
}

describe('a pool of decoders', () => {
  it('lends each decoder to one capture at a time, first come first served', async () => {
    const pool = new DecoderPool([decoder(), decoder()]);
    const order: string[] = [];
    let inHand = 0;
    const borrow = (name: string) =>
      pool.lend(async () => {
        order.push(name);
        inHand++;
        expect(inHand).toBeLessThanOrEqual(2);
        await new Promise((resolve) => setImmediate(resolve));
        inHand--;
      });
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map(borrow));
    expect(order).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('makes a decoder forget the photo before the next borrower has it, also after an error', async () => {
    const events: string[] = [];
    const pool = new DecoderPool([decoder(async () => void events.push('forget'))]);
    const failing = pool.lend(async () => {
      events.push('first');
      throw new Error('the database is away');
    });
    const next = pool.lend(async () => void events.push('second'));
    await expect(failing).rejects.toThrow('away');
    await next;
    expect(events).toEqual(['first', 'forget', 'second', 'forget']);
  });

  it('keeps a decoder that could not even forget: its own parent replaces it', async () => {
    const pool = new DecoderPool([decoder(() => Promise.reject(new Error('broken pipe')))]);
    await expect(pool.lend(async () => 1)).rejects.toThrow('broken pipe');
    await expect(pool.lend(async () => 2)).rejects.toThrow('broken pipe');
  });
});
