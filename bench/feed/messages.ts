/** What a bench tells the process of its readers. */
export type ToSwarm =
  /** `stalled` ones read the headers and nothing after them. */
  | {
      readonly do: 'connect';
      readonly port: number;
      readonly count: number;
      readonly request: string;
      readonly stalled: boolean;
    }
  /** So many more cards for every reader; `timed` notes each arrival. */
  | { readonly do: 'expect'; readonly cards: number; readonly timed: boolean }
  | { readonly do: 'latencies'; readonly sent: readonly number[] };

export type FromSwarm =
  | { readonly did: 'connect' | 'ready' }
  /** When the last reader had its last card, by `nowMs`. */
  | { readonly did: 'expect'; readonly at: number }
  | { readonly did: 'latencies'; readonly ms: readonly number[] };

/** What a bench tells a baseline's server: send these, one after the other, each to all. */
export interface ToBaseline {
  readonly cards: readonly string[];
}

export type FromBaseline =
  | { readonly did: 'listen'; readonly port: number }
  /** When it began to send, by `nowMs`. */
  | { readonly did: 'send'; readonly at: number };

/** Milliseconds that processes of one machine have in common. */
export const nowMs = (): number => performance.timeOrigin + performance.now();
