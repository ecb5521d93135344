import type { MediaDecoder } from './sources.js';

/** Lends each decoder to one capture at a time: a decoder holds one photo. */
export class DecoderPool {
  private readonly free: MediaDecoder[];
  private readonly waiting: ((decoder: MediaDecoder) => void)[] = [];

  constructor(decoders: readonly MediaDecoder[]) {
    this.free = [...decoders];
  }

  /** Waits for a free decoder, first come first served, and makes it forget the photo before the next borrower gets it. */
  async lend<T>(use: (decoder: MediaDecoder) => Promise<T>): Promise<T> {
    const decoder = this.free.pop() ?? (await new Promise<MediaDecoder>((resolve) => this.waiting.push(resolve)));
    try {
      return await use(decoder);
    } finally {
      await decoder.forget().finally(() => this.giveBack(decoder));
    }
  }

  private giveBack(decoder: MediaDecoder): void {
    const next = this.waiting.shift();
    if (next) next(decoder);
    else this.free.push(decoder);
  }
}
