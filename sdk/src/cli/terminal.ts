import type { Timing } from '../http/timing.js';

/** Where a command runs. Everything of the process that a command may use, so that a test can give it another. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
  /** Standard output: results alone. */
  readonly write: (text: string) => void;
  /** Standard error: everything else. */
  readonly writeError: (text: string) => void;
  /** All of standard input, as text. */
  readonly stdin: () => Promise<string>;
  /** Resolves when nobody writes to standard input any more, or the user interrupts. It reads nothing. */
  readonly inputEnd: () => Promise<unknown>;
  readonly timing: Timing;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}
