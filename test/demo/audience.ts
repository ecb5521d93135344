import type { OperatorClient } from '@groundtruth/sdk/agent';
import type { ContributorClient } from '@groundtruth/sdk/contributor';
import { FeedClient, verifyObservation, verifyVerdict } from '@groundtruth/sdk/feeds';
import type { ObservationCard, ObservationRecord } from '@groundtruth/sdk/protocol';
import { newAgent } from '../support/cast.js';
import type { Stage } from './stage.js';

type DeliveredVerdict = Awaited<ReturnType<ContributorClient['captures']['verdict']>>;

/** What was bought, and whether it checks; all null where nothing was published. */
export interface Heard {
  readonly observation: ObservationRecord | null;
  readonly signature_valid: boolean | null;
  readonly proof_valid: boolean | null;
}

export const HEARD_NOTHING: Heard = { observation: null, signature_valid: null, proof_valid: null };

/** A bot that streams cards from before the bounty is posted, buys the body of the first one, and believes nothing it cannot check. */
export class Audience {
  private readonly listening = new AbortController();
  private readonly firstCard: Promise<ObservationCard | null>;

  private constructor(private readonly feed: FeedClient) {
    this.firstCard = nextCard(feed, this.listening.signal);
  }

  static async arrive(baseUrl: string, operator: OperatorClient): Promise<Audience> {
    const bot = await newAgent(baseUrl, 'market bot');
    await operator.sandbox.credit(bot.id, '1.000000');
    return new Audience(new FeedClient({ baseUrl, apiKey: bot.api_key }));
  }

  /** What it got of a capture that was paid, and whether that checks. */
  async hear(stage: Stage, verdict: DeliveredVerdict): Promise<Heard> {
    const card = (await stage.time('paid_to_feed', () => this.firstCard))!;
    stage.did(`a bot that was streaming gets the card of ${card.id}`);
    const keys = await this.feed.keys('test');
    const { body } = await this.feed.observations.read(card.id);
    const observed = await holds(() => verifyObservation(body, keys, { allowTest: true }));
    const decided = await holds(async () =>
      verifyVerdict({ ...verdict, proof: verdict.proof! }, keys, { allowTest: true }),
    );
    stage.did(`it buys the body for ${card.price}: ${JSON.stringify(body.record.facts)}, tier ${body.record.tier}`);
    stage.did(
      `its signature and log proof ${observed ? 'check' : 'DO NOT CHECK'}; the verdict ${decided ? 'can be decided again from its checks' : 'DOES NOT CHECK'}`,
    );
    return { observation: body.record, signature_valid: observed, proof_valid: observed && decided };
  }

  leave(): void {
    this.listening.abort();
  }
}

/** The first card of a stream; null when it was ended before one came. */
async function nextCard(feed: FeedClient, signal: AbortSignal): Promise<ObservationCard | null> {
  for await (const card of feed.stream({ signal })) return card;
  return null;
}

async function holds(check: () => Promise<unknown>): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
    return false;
  }
}
