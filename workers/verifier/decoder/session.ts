import { assert, unreachable } from '../../../src/kernel/assert.js';
import { inspect } from '../media/inspect.js';
import { perceptualHash } from '../media/perceptual-hash.js';
import { decodePicture, type Picture } from '../media/picture.js';
import type { ModelLibrary } from '../models/library.js';
import type { DecoderRequest } from './protocol.js';

/** The one photo a decoder has in hand: its bytes from `inspect` on, its pixels from `decode` on. */
export class DecoderSession {
  private bytes: Buffer | null = null;
  private picture: Picture | null = null;

  constructor(private readonly models: ModelLibrary) {}

  /** Evidence of one stage, with its duration in milliseconds. @throws {AssertionFailed} when an earlier stage is missing. */
  async answer(request: DecoderRequest, payload: Buffer): Promise<object> {
    const started = performance.now();
    const evidence = await this.run(request, payload);
    return { ...evidence, duration_ms: Math.round((performance.now() - started) * 100) / 100 };
  }

  private async run(request: DecoderRequest, payload: Buffer): Promise<object> {
    switch (request.stage) {
      case 'inspect': {
        this.forget();
        const inspection = await inspect(payload, request.claimed_media_type);
        if (inspection.refusal === null) this.bytes = payload;
        return inspection;
      }
      case 'decode': {
        assert(this.bytes, 'no photo has passed its inspection');
        const { picture, evidence } = await decodePicture(this.bytes);
        this.picture = picture;
        return evidence;
      }
      case 'hash':
        return perceptualHash(this.pixels());
      case 'objects': {
        const { model, model_sha256, provider } = this.models.detector;
        return { model, model_sha256, provider, ...(await this.models.detector.detect(this.pixels())) };
      }
      case 'text': {
        const { model, model_sha256, provider } = this.models.text;
        return { model, model_sha256, provider, lines: await this.models.text.read(this.pixels()) };
      }
      case 'forget':
        this.forget();
        return {};
      default:
        return unreachable(request);
    }
  }

  private pixels(): Picture {
    assert(this.picture, 'no photo has been decoded');
    return this.picture;
  }

  private forget(): void {
    this.bytes = null;
    this.picture = null;
  }
}
