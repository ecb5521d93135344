import { assert, unreachable } from '../../../src/kernel/assert.js';
import { C2paReader } from '../media/c2pa.js';
import { daylight } from '../media/daylight.js';
import { coverOf, decodeFilm } from '../media/film.js';
import { inspect } from '../media/inspect.js';
import { moire } from '../media/moire.js';
import { perceptualHash } from '../media/perceptual-hash.js';
import { decodePicture, type Picture } from '../media/picture.js';
import { readReading } from '../media/reading.js';
import { compareThumbnail } from '../media/thumbnail.js';
import type { ModelLibrary } from '../models/library.js';
import type { Embedding } from '../models/mobilenet.js';
import { compareWith, embeddingEvidence } from './embedding.js';
import { isReadingType, isVideoType, trustAnchorsSchema, type DecodeEvidence, type VideoType } from './evidence.js';
import { objectsIn, textIn } from './look.js';
import type { DecoderRequest } from './protocol.js';
import { derive } from './redaction.js';

/** The one photo a decoder has in hand: its bytes from `inspect` on, its pixels from `decode` on. */
export class DecoderSession {
  private bytes: Buffer | null = null;
  private mediaType = '';
  private readonly manifests = new C2paReader();
  private picture: Picture | null = null;
  /** Of a film: what it is, and from `decode` on its sampled frames, one of which is `picture`. */
  private film: { readonly type: VideoType; readonly frames: readonly Picture[] } | null = null;
  private embedding: Embedding | null = null;
  /** Bytes that go with the answer in hand. */
  private outgoing: Uint8Array | null = null;

  /** @param ffmpeg the program that decodes films; null where there is none. */
  constructor(
    private readonly models: ModelLibrary,
    private readonly ffmpeg: string | null = null,
  ) {}

  /** Evidence of one stage, with its duration in milliseconds. @throws {AssertionFailed} when an earlier stage is missing. */
  async answer(request: DecoderRequest, payload: Buffer): Promise<{ evidence: object; payload?: Uint8Array }> {
    const started = performance.now();
    this.outgoing = null;
    const evidence = await this.run(request, payload);
    const duration_ms = Math.round((performance.now() - started) * 100) / 100;
    const outgoing = this.outgoing as Uint8Array | null; // `run` may have put something there.
    return { evidence: { ...evidence, duration_ms }, ...(outgoing && { payload: outgoing }) };
  }

  private async run(request: DecoderRequest, payload: Buffer): Promise<object> {
    switch (request.stage) {
      case 'inspect': {
        this.forget();
        const inspection = await inspect(payload, request.claimed_media_type);
        if (inspection.refusal === null) this.bytes = payload;
        this.mediaType = inspection.media_type ?? '';
        if (isVideoType(inspection.media_type)) this.film = { type: inspection.media_type, frames: [] };
        return inspection;
      }
      case 'decode': {
        assert(this.bytes, 'no photo has passed its inspection');
        this.embedding = null;
        if (this.film) return this.decodeFilm(this.bytes, this.film.type);
        const { picture, evidence } = await decodePicture(this.bytes);
        this.picture = picture;
        return evidence;
      }
      case 'c2pa': {
        assert(this.bytes, 'no photo has passed its inspection');
        const anchors = trustAnchorsSchema.parse(JSON.parse(payload.toString('utf8')));
        return this.manifests.read(this.bytes, this.mediaType, request.at, anchors);
      }
      case 'hash':
        return perceptualHash(this.pixels());
      case 'objects':
        return objectsIn(this.models, this.pixels(request.frame));
      case 'text':
        return textIn(this.models, this.pixels(request.frame));
      case 'embed':
        return this.film
          ? this.embedFilm(this.film.frames)
          : embeddingEvidence(this.models.embedder, await this.features());
      case 'compare':
        return compareWith(this.models.embedder, await this.features(), payload, request.claimed_media_type);
      case 'open_vocabulary': {
        const { open_vocabulary: scorer } = this.models;
        assert(scorer, 'no open vocabulary is configured');
        const { model, model_sha256, provider } = scorer;
        return { model, model_sha256, provider, scores: await scorer.score(this.pixels(), request.prompts) };
      }
      case 'thumbnail':
        assert(this.bytes, 'no photo has passed its inspection');
        return compareThumbnail(this.bytes, this.pixels());
      case 'moire':
        return moire(this.pixels());
      case 'light':
        return daylight(this.pixels());
      case 'reading':
        assert(this.bytes && isReadingType(this.mediaType), 'no reading has passed its inspection');
        return readReading(this.bytes, request.quantity_kind);
      case 'redact': {
        const { evidence, jpeg } = await derive(this.models, this.pixels(), request);
        this.outgoing = jpeg;
        return evidence;
      }
      case 'forget':
        this.forget();
        return {};
      default:
        return unreachable(request);
    }
  }

  /** Of the photo in hand; the network runs once, whoever asks. */
  private async features(): Promise<Embedding> {
    return (this.embedding ??= await this.models.embedder.embed(this.pixels()));
  }

  /** The features of the frame in the middle, with the classes of the frame that is least harmless. */
  private async embedFilm(frames: readonly Picture[]): Promise<object> {
    const { embedder } = this.models;
    const cover = embeddingEvidence(embedder, await this.features());
    let { classes } = cover;
    for (const frame of frames) {
      const looked = embeddingEvidence(embedder, await embedder.embed(frame)).classes;
      if (looked.neutral + looked.drawing < classes.neutral + classes.drawing) classes = looked;
    }
    return { ...cover, classes };
  }

  private async decodeFilm(bytes: Buffer, type: VideoType): Promise<Omit<DecodeEvidence, 'duration_ms'>> {
    const { frames, evidence } = await decodeFilm(this.ffmpeg, bytes, type);
    this.film = { type, frames: frames ?? [] };
    this.picture = frames && coverOf(frames);
    return evidence;
  }

  /** The picture, or one sampled frame of a film. */
  private pixels(frame?: number): Picture {
    const picture = frame === undefined ? this.picture : this.film?.frames[frame];
    assert(picture, 'no such picture has been decoded');
    return picture;
  }

  private forget(): void {
    this.bytes = null;
    this.picture = null;
    this.film = null;
    this.embedding = null;
  }
}
