import { createHash } from 'node:crypto';
import { CHECK_STAGE, type CheckName, type CheckResult, type Tier, type Verdict } from '@groundtruth/sdk/protocol';
import type { Clock } from '../../../src/kernel/clock.js';
import type { Downloaded, Evidence, Gathered } from '../checks/check.js';
import { signatureState } from '../checks/signature.js';
import type { ModelCards } from '../checks/thresholds.js';
import type { CaptureContext } from '../context.js';
import { judge } from '../judge.js';
import type { MediaDecoder, Sources } from '../sources.js';
import { investigate, rulingOfChecks } from '../verify.js';
import { compareChecks, type CheckComparison } from './compare.js';
import { contentContext, type PublishedMedia } from './content-context.js';
import { gatherAll } from './gather-all.js';
import { recordedAnswers, TAKEN_CHECKS } from './recorded-answers.js';

export interface ReplayParts {
  readonly cards: ModelCards;
  readonly clock: Clock;
  readonly decoder: MediaDecoder;
}

/** What came of running the checks again. */
export interface Replay {
  readonly checks: readonly CheckComparison[];
  /** Outcome, finding and tier that the replayed checks decide; null at the level of content, where checks of origin are not run. */
  readonly ruling: { readonly outcome: string; readonly finding: string | null; readonly tier: Tier } | null;
}

/**
 * Replay level 3: every check again, from the sealed original and the context the verdict was made in, by the same decoder and plan.
 * What the database answered at that time is taken as recorded. Repeatable; changes nothing anywhere.
 */
export async function replayOriginal(
  recorded: Verdict,
  context: CaptureContext,
  content: Uint8Array,
  parts: ReplayParts,
): Promise<Replay> {
  const evidence = await investigate(evidenceBefore(context, parts), sourcesOf(recorded, content, parts));
  const { outcome, finding, tier, checks } = rulingOfChecks(evidence, parts.clock);
  return { checks: compare(recorded.checks, checks, parts), ruling: { outcome, finding, tier } };
}

/**
 * Replay level 2: the checks of content again, on media as it was published. Nothing but criteria and declared finding of the verdict
 * is needed. On a derivative a score moves where a face or plate was covered, so `recorded` should be the checks recorded on it.
 */
export async function replayContent(
  verdict: Verdict,
  recorded: readonly CheckResult[],
  media: PublishedMedia,
  parts: ReplayParts,
): Promise<Replay> {
  const content = recorded.filter(({ check }) => CHECK_STAGE[check] === 'content');
  const names = new Set(content.map(({ check }) => check));
  const context = contentContext(verdict, media);
  const evidence = await gatherAll(evidenceBefore(context, parts), sourcesOf(verdict, media.content, parts));
  const again = judge(evidence).filter(({ check }) => names.has(check));
  return { checks: compare(content, again, parts), ruling: null };
}

/** Whether the replayed ruling is the recorded one. A person's decision is held against nothing but the room the checks left for it. */
export function rulingAgrees({ basis, outcome, finding, tier }: Verdict, { ruling }: Replay): boolean {
  if (ruling === null) return true;
  if (ruling.tier !== tier) return false;
  if (basis === 'checks') return ruling.outcome === outcome && ruling.finding === finding;
  return ruling.outcome === (basis === 'appeal' ? 'rejected' : 'review');
}

function compare(recorded: readonly CheckResult[], again: readonly CheckResult[], { cards }: ReplayParts) {
  const bands: Readonly<Partial<Record<CheckName, { readonly guard_band: number }>>> = cards;
  return compareChecks(recorded, again, {
    taken: TAKEN_CHECKS,
    guardBandOf: (check) => bands[check]?.guard_band ?? 0,
  });
}

function evidenceBefore(context: CaptureContext, { cards }: ReplayParts): Evidence {
  const job = {
    capture_id: context.capture_id,
    download_url: ORIGINAL_URL,
    ...context.sealed.manifest.media,
    references: [],
    deposit: null,
  };
  return { job, context, cards, signature: signatureState(context) };
}

function sourcesOf(recorded: Verdict, content: Uint8Array, { decoder }: ReplayParts): Sources {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const original: Gathered<Downloaded> = { ok: true, value: { content, sha256, duration_ms: 0 } };
  return {
    download: async (url) => (url === ORIGINAL_URL ? original : NOT_GIVEN),
    decoder,
    ...recordedAnswers(recorded.checks),
  };
}

/** Stands for the media in hand; whatever else a step would download (a reference picture) is not there, and its check cannot be run. */
const ORIGINAL_URL = 'replay:original';
const NOT_GIVEN: Gathered<Downloaded> = {
  ok: false,
  reason: 'not_given',
  detail: 'a replay has only the media it was given',
};
