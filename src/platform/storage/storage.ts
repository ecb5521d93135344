import type { FastifyPluginCallback } from 'fastify';
import type { Instant } from '../../kernel/clock.js';

/** What an object must be, to the byte. */
export interface ExpectedObject {
  /** Exact size. */
  readonly bytes: number;
  /** SHA-256 of the bytes, 64 lower-case hex digits. */
  readonly sha256: string;
  /** Media type without parameters, e.g. `image/jpeg`. */
  readonly media_type: string;
}

export interface StoredObject extends ExpectedObject {
  readonly key: string;
}

/** Everything that an upload link binds. After `expires_at` it is refused; at that instant too. */
export interface UploadTerms extends StoredObject {
  readonly expires_at: Instant;
}

/**
 * What a deposit binds: bytes that only whoever makes them knows, so their hash cannot be. `confirm` holds them against the hash that is
 * told afterwards, by another way.
 */
export interface DepositTerms {
  readonly key: string;
  readonly media_type: string;
  readonly bytes_max: number;
  readonly expires_at: Instant;
}

export interface PresignedUpload {
  readonly method: 'PUT';
  readonly url: string;
  /** Headers the upload must carry, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface PresignedDownload {
  readonly method: 'GET';
  readonly url: string;
}

export interface DownloadTerms {
  readonly key: string;
  readonly expires_at: Instant;
  /** Name the file is saved under: 1 to 100 of `A-Z a-z 0-9 . _ -`. The last part of the key when absent. */
  readonly filename?: string;
}

/** `missing`: nothing has arrived. `mismatch`: something else than was expected has. */
export type Confirmation = 'confirmed' | 'missing' | 'mismatch';

/**
 * Where objects are kept. Keys are parts of `a-z 0-9 _ . -` between slashes (see `storageKey`). What was confirmed never changes, even
 * while the link it came by is still valid. An outage is `dependency_unavailable`; each method may be repeated.
 */
export abstract class Storage {
  /** A link that lets its holder store exactly these bytes under this key. */
  abstract presignUpload(terms: UploadTerms): Promise<PresignedUpload>;

  /**
   * A link that lets its holder store once, under this key, bytes of this type that nobody knows yet. Where the server cannot bind
   * `bytes_max`, `confirm` looks at the size before it reads.
   */
  abstract presignDeposit(terms: DepositTerms): Promise<PresignedUpload>;

  /**
   * Ends an upload: proves by the bytes themselves that what arrived is what was expected. Until then the object is not to be relied on,
   * and may not be found by the other methods.
   */
  abstract confirm(key: string, expected: ExpectedObject): Promise<Confirmation>;

  /** A link that lets its holder read the object, which need not exist yet, as an attachment. */
  abstract presignDownload(terms: DownloadTerms): Promise<PresignedDownload>;

  /** What is stored under the key; null when nothing is. */
  abstract stat(key: string): Promise<StoredObject | null>;

  /** The bytes; null when there are none. @throws {RangeError} when there are more than `max_bytes`. */
  abstract read(key: string, limit: { readonly max_bytes: number }): Promise<Buffer | null>;

  /** Stores bytes of our own making; the same key again replaces them. */
  abstract put(key: string, bytes: Uint8Array, media_type: string): Promise<void>;

  /** Removes the object and whatever was uploaded for it. Nothing there is no error. */
  abstract remove(key: string): Promise<void>;

  /** Call once before anything else. @throws when this storage can never work as it is configured. */
  abstract prepare(): Promise<void>;

  /** What the api must serve for the links to work; null when another server serves them. */
  abstract routes(): FastifyPluginCallback | null;

  /** For readiness. @throws when objects can be neither kept nor found now. */
  abstract check(): Promise<void>;
}
