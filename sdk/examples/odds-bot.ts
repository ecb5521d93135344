import { readFile } from 'node:fs/promises';
import type { ModeKeys } from '@groundtruth/sdk/protocol';
import { FeedClient, type SkipReason } from '@groundtruth/sdk/feeds';

/** One question of a market, as `odds.json` lists them. */
export interface Question {
  readonly question: string;
  /** It is "yes" when an observation shows this many of this object. */
  readonly label: string;
  readonly at_least: number;
  /** The market's price of "yes", 0 to 1. */
  readonly yes: number;
}

export interface Advice {
  readonly question: string;
  readonly observation_id: string;
  readonly advice: 'buy_yes' | 'buy_no' | 'wait' | 'forget';
  readonly confidence: number;
}

export interface OddsBotOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** A JSON array of questions. */
  readonly oddsFile: string;
  /** Kept from an earlier day, or compared with what the operator publishes. */
  readonly keys: ModeKeys;
  /** What would rest on one observation, decimal units. */
  readonly stake: string;
  readonly signal: AbortSignal;
  readonly onAdvice: (advice: Advice) => void;
  readonly onSkipped: (observationId: string, reason: SkipReason) => void;
}

/** How much surer than the market an observation must be. */
const EDGE = 0.05;

/**
 * Follows photos, buys each, checks it, and says what it means for questions whose odds are in a file. It never trades, and no answer rests on a
 * single capture: it reads agreement only.
 */
export async function runOddsBot(options: OddsBotOptions): Promise<void> {
  const { baseUrl, apiKey, oddsFile, keys, stake, signal, onAdvice, onSkipped } = options;
  const client = new FeedClient({ baseUrl, apiKey });
  const feed = await client.feeds.create('odds bot', {
    kinds: ['photo'],
    independent_captures_min: 2,
    price_max: '0.05',
  });
  const skipped = (card: { readonly id: string }, reason: SkipReason): void => onSkipped(card.id, reason);
  for await (const { record } of feed.stream({ keys, allowTest: keys.mode === 'test', stake, signal, skipped })) {
    // Read anew each time: odds move.
    const questions = JSON.parse(await readFile(oddsFile, 'utf8')) as Question[];
    const { id: observation_id, confidence } = record;
    for (const { question, label, at_least, yes } of questions) {
      if (record.revision?.cause === 'retraction') {
        onAdvice({ question, observation_id, advice: 'forget', confidence: 0 });
        continue;
      }
      const seen = record.facts.find((fact) => 'object' in fact && fact.object.label === label);
      if (!seen || !('object' in seen)) continue;
      const isYes = seen.object.count >= at_least;
      const price = isYes ? yes : 1 - yes;
      const advice = confidence < price + EDGE ? 'wait' : isYes ? 'buy_yes' : 'buy_no';
      onAdvice({ question, observation_id, advice, confidence });
    }
  }
}
