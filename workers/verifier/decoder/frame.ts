/**
 * Frames on the pipe between verifier and decoder: two 32-bit lengths (big-endian), then a JSON message, then raw bytes (often
 * none). Both ends refuse lengths above their limit before they reserve any memory.
 */
const HEADER_BYTES = 8;

export interface Frame {
  readonly message: unknown;
  readonly bytes: Buffer;
}

export interface FrameLimits {
  readonly message_bytes_max: number;
  readonly payload_bytes_max: number;
}

/** The other end sent something that is no frame. The pipe is of no more use after it. */
export class GarbledFrame extends Error {
  constructor(detail: string, cause?: unknown) {
    super(detail, { cause });
    this.name = 'GarbledFrame';
  }
}

/** One frame in parts to be written one after another; the bytes are not copied. */
export function encodeFrame(message: unknown, bytes: Uint8Array = new Uint8Array()): Uint8Array[] {
  const json = Buffer.from(JSON.stringify(message));
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(json.length, 0);
  header.writeUInt32BE(bytes.length, 4);
  return [header, json, bytes];
}

/** Cuts a stream into frames. Keeps what it has until a frame is whole. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private length = 0;

  constructor(private readonly limits: FrameLimits) {}

  /** Takes the next piece of the stream; answers the frames that it completes. @throws {GarbledFrame} */
  push(chunk: Buffer): Frame[] {
    this.chunks.push(chunk);
    this.length += chunk.length;
    const frames: Frame[] = [];
    for (let frame = this.take(); frame; frame = this.take()) frames.push(frame);
    return frames;
  }

  private take(): Frame | null {
    if (this.length < HEADER_BYTES) return null;
    if ((this.chunks[0]?.length ?? 0) < HEADER_BYTES) this.join();
    const head = this.chunks[0] ?? Buffer.alloc(HEADER_BYTES);
    const messageBytes = head.readUInt32BE(0);
    const payloadBytes = head.readUInt32BE(4);
    if (messageBytes > this.limits.message_bytes_max || payloadBytes > this.limits.payload_bytes_max) {
      throw new GarbledFrame(`a frame of ${messageBytes} + ${payloadBytes} bytes is over the limit`);
    }
    const end = HEADER_BYTES + messageBytes + payloadBytes;
    if (this.length < end) return null;
    this.join();
    const whole = this.chunks[0] ?? Buffer.alloc(0);
    this.chunks = [whole.subarray(end)];
    this.length -= end;
    const message = parse(whole.toString('utf8', HEADER_BYTES, HEADER_BYTES + messageBytes));
    return { message, bytes: whole.subarray(HEADER_BYTES + messageBytes, end) };
  }

  private join(): void {
    if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)];
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new GarbledFrame('the message is not JSON', error);
  }
}
