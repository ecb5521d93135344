import { eventFrame, type EventStream } from '../../platform/http/index.js';
import type { PlacedRow } from '../observations/observations.repository.js';

/** Rows of one question: each is a purchase, so they are few. */
const ROWS = 20;

/** Buys one observation for the subscriber and answers what is sent for it; again is free and answers the same. */
export type Push = (row: PlacedRow) => Promise<object>;

/**
 * A reader that is sent bodies. One after the other: the next is bought only when the socket has taken the last, so that nothing is paid for that
 * cannot be sent.
 */
export class PushedReader {
  private busy = false;
  private again = false;

  constructor(
    readonly stream: EventStream,
    private after: bigint,
    private readonly rowsAfter: (place: bigint, limit: number) => Promise<PlacedRow[]>,
    private readonly push: Push,
  ) {}

  /** Something may be new. Repeatable. */
  wake(): void {
    this.again = true;
    if (this.busy) return;
    this.busy = true;
    this.readOn().then(
      () => (this.busy = false),
      () => this.stream.close(), // The reader comes back with its last id; what it paid for is its own.
    );
  }

  private async readOn(): Promise<void> {
    while (this.again && this.stream.alive) {
      this.again = false;
      const rows = await this.rowsAfter(this.after, ROWS);
      for (const row of rows) {
        await this.stream.drained();
        if (!this.stream.alive) return;
        const data = JSON.stringify(await this.push(row));
        if (!(await this.send(row.id, eventFrame({ id: row.id, event: 'delivery', data })))) return;
        this.after = row.seq;
      }
      if (rows.length === ROWS) this.again = true;
    }
  }

  /** False when the reader has gone. */
  private async send(id: string, frame: Buffer): Promise<boolean> {
    while (!this.stream.send(id, frame)) {
      if (!this.stream.alive) return false;
      await this.stream.drained();
    }
    return true;
  }
}
