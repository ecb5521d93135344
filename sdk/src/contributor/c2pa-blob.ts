/** A blob whose bytes can be read at once, without a promise. */
class ReadableBlob extends Blob {
  constructor(
    readonly content: Uint8Array,
    type: string,
  ) {
    super([content as Uint8Array<ArrayBuffer>], { type });
  }

  override slice(start = 0, end = this.content.length): ReadableBlob {
    return new ReadableBlob(this.content.subarray(start, end), this.type);
  }
}

/** What stands in for the browser's `FileReaderSync`, which only its worker threads have. Reads a `ReadableBlob` and nothing else. */
class BlobReader {
  /** How many calls need it now: the last one to end takes it away. */
  static users = 0;

  readAsArrayBuffer({ content }: ReadableBlob): ArrayBuffer {
    return Uint8Array.from(content).buffer;
  }
}

type Realm = { FileReaderSync?: unknown };

/**
 * Runs `work` with the bytes as a blob that WebAssembly can read synchronously. Where the platform has no `FileReaderSync`, a stand-in is
 * a global for as long as a call runs and no longer.
 *
 * @example
 * const size = await withReadableBlob(bytes, 'image/jpeg', async (blob) => (await blob.arrayBuffer()).byteLength);
 */
export async function withReadableBlob<T>(
  bytes: Uint8Array,
  type: string,
  work: (blob: Blob) => Promise<T>,
): Promise<T> {
  const realm = globalThis as Realm;
  if (realm.FileReaderSync !== undefined && realm.FileReaderSync !== BlobReader)
    return work(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
  realm.FileReaderSync = BlobReader;
  BlobReader.users += 1;
  try {
    return await work(new ReadableBlob(bytes, type));
  } finally {
    BlobReader.users -= 1;
    if (BlobReader.users === 0) delete realm.FileReaderSync;
  }
}
