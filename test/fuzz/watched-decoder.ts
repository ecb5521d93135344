import type { MediaDecoder } from '../../workers/verifier/sources.js';

/** Why a stage was not asked: its input is pixels of ours, no bytes of a stranger. */
export const NOT_ASKED = 'not_asked';

/** Stages that open no hostile bytes, but the pixels an earlier stage made of them. They cost most and are asked now and then. */
const PIXEL_STAGES: ReadonlySet<string> = new Set(['hash', 'objects', 'text', 'embed', 'moire', 'light', 'redact']);

/** A stage that has no evidence because the decoder failed. */
export interface StageFailure {
  readonly stage: string;
  readonly reason: string;
  readonly detail: string;
}

export interface Watched {
  readonly decoder: MediaDecoder;
  /** Stages asked, in order. */
  readonly asked: string[];
  readonly failures: StageFailure[];
}

/** The decoder, and what it is asked and fails at. Every stage a decoder has or will have is passed on; pixels only with `pixels`. */
export function watched(decoder: MediaDecoder, pixels: boolean): Watched {
  const asked: string[] = [];
  const failures: StageFailure[] = [];
  const watching = new Proxy(decoder, {
    get(target, name): unknown {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function' || typeof name !== 'string') return member;
      return async (...args: unknown[]): Promise<unknown> => {
        if (!pixels && PIXEL_STAGES.has(name)) return { ok: false, reason: NOT_ASKED, detail: '' };
        asked.push(name);
        const answer = (await Reflect.apply(member, target, args)) as {
          ok?: boolean;
          reason?: string;
          detail?: string;
        };
        if (answer?.ok === false)
          failures.push({ stage: name, reason: answer.reason ?? '', detail: answer.detail ?? '' });
        return answer;
      };
    },
  });
  return { decoder: watching, asked, failures };
}
