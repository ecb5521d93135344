import type { ManualClock } from '../../../src/kernel/clock.js';
import { loadConfig } from '../../../src/platform/config/index.js';
import { STRIPE_WEBHOOKS_PATH } from '../../../src/card.js';
import type { Market } from '../../../src/market.js';
import { OperatorClient } from '@groundtruth/sdk/agent';
import { randomOf } from '../../support/random.js';
import { Acts } from './acts.js';
import { check, type Checked } from './check.js';
import { People } from './people.js';
import { Planner } from './plan.js';
import { post } from './post.js';
import { setScene, SETTINGS, type Scene } from './scene.js';
import { Tally } from './tally.js';
import { collect, type Told } from './told.js';

const ROUNDS = 12;
/** What is told late is told one to so many rounds later. */
const LATE_ROUNDS_MAX = 3;
const LATE_SHARE = 0.15;
/** So many letters for each agent: about 20 of them are events of its own. */
const LETTERS_PER_AGENT = 160;
const AGENTS_MIN = 12;
const PAYEES_PER_AGENT = 1 / 40;
const PAYEES_MIN = 3;
/** Of all letters so many come while things happen; the rest when all has been told, long after. */
const EARLY_SHARE = 0.85;
const HOUR_MS = 3_600_000;
const PAUSE_HOURS_MAX = 40;
const REST_ROUNDS_MAX = 80;

interface WebhookDrill {
  /** A market of its own with `SETTINGS`, on that clock. */
  readonly market: Market;
  readonly clock: ManualClock;
  /** Webhooks to deliver; a few more when there are more genuine events. */
  readonly count: number;
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface WebhookResult {
  readonly tally: Tally;
  readonly checked: Checked;
  readonly acts: Readonly<Record<string, number>>;
}

/** Lives of card money, told by webhooks that are repeated, reordered, late and forged; then the books are compared with Stripe. */
export async function webhookDrill(options: WebhookDrill): Promise<WebhookResult> {
  const { market, clock, count, seed } = options;
  const scene = await setScene(market, clock);
  const people = new People(scene);
  const acts = new Acts(scene, people, randomOf(seed, 1));
  const mail = new Mail(scene, options);
  const agents = Math.max(AGENTS_MIN, Math.round(count / LETTERS_PER_AGENT));
  for (let left = Math.max(PAYEES_MIN, Math.round(agents * PAYEES_PER_AGENT)); left > 0; left--)
    await people.addPayee();
  for (let round = 1; round <= ROUNDS && !options.signal.aborted; round++) {
    await acts.round(Math.ceil(agents / ROUNDS));
    await mail.round(Math.floor((count * EARLY_SHARE * round) / ROUNDS));
    await liftStops(market);
    clock.advance(mail.pause());
  }
  await comeToRest(scene, mail);
  await mail.round(options.signal.aborted ? 0 : count);
  await comeToRest(scene, mail);
  return { tally: mail.tally, checked: await check(scene, mail.tally), acts: acts.done };
}

/** What Stripe has told, what it will tell later, and what was delivered of it. */
class Mail {
  readonly tally = new Tally();
  private readonly random: () => number;
  private readonly planner: Planner;
  private readonly known: Told[] = [];
  private late: { told: Told; rounds: number }[] = [];

  constructor(
    private readonly scene: Scene,
    private readonly options: WebhookDrill,
  ) {
    this.random = randomOf(options.seed, 2);
    this.planner = new Planner(randomOf(options.seed, 3));
  }

  /** Tells what is new, but for what will come late, and as much beside it as makes `upto` letters all in all. */
  async round(upto: number): Promise<void> {
    const fresh = collect(this.scene.simulator);
    const firsts: Told[] = this.due();
    for (const told of fresh) {
      if (this.random() < LATE_SHARE) this.late.push({ told, rounds: 1 + Math.floor(this.random() * LATE_ROUNDS_MAX) });
      else firsts.push(told);
    }
    await this.send(firsts, upto - this.tally.delivered);
  }

  /** Tells all there is to tell; answers how much that was. */
  async all(): Promise<number> {
    const firsts = [...this.late.map(({ told }) => told), ...collect(this.scene.simulator)];
    this.late = [];
    await this.send(firsts, firsts.length);
    return firsts.length;
  }

  /** Milliseconds until something happens again: hours or days. */
  pause(): number {
    return Math.ceil(this.random() * PAUSE_HOURS_MAX) * HOUR_MS;
  }

  private due(): Told[] {
    for (const one of this.late) one.rounds--;
    const due = this.late.filter(({ rounds }) => rounds <= 0);
    this.late = this.late.filter(({ rounds }) => rounds > 0);
    return due.map(({ told }) => told);
  }

  private async send(firsts: readonly Told[], count: number): Promise<void> {
    const { clock, simulator, market } = this.scene;
    const letters = this.planner.arrange({
      firsts,
      known: this.known,
      count,
      secret: simulator.webhookSecret,
      now_s: Math.floor(clock.now() / 1_000),
      body_bytes_max: loadConfig(SETTINGS).BODY_BYTES_MAX,
    });
    const url = `${market.origin}${STRIPE_WEBHOOKS_PATH}`;
    await post(url, letters, (letter, answer) => this.tally.count(letter, answer));
    this.known.push(...firsts);
    if (letters.length === 0) return;
    this.options.say(`${this.tally.delivered} delivered, ${this.known.length} of them genuine and new`);
    await this.scene.idle();
  }
}

/** The books are compared each night, and events that come days late look like missing money: an operator lets payouts go on. */
async function liftStops({ origin, keyring }: Market): Promise<void> {
  const operator = new OperatorClient({ baseUrl: origin, apiKey: keyring.operator_keys.test });
  for (const { id, lifted_at } of await operator.payoutStops.list())
    if (lifted_at === null) await operator.payoutStops.lift(id);
}

/** Everything is told, sent and acted on, and the banks have what they get. */
async function comeToRest(scene: Scene, mail: Mail): Promise<void> {
  scene.simulator.control.clearFaults();
  for (let round = 0, quiet = 0; quiet < 4; round++) {
    if (round > REST_ROUNDS_MAX) throw new Error('it never comes to rest');
    const told = await mail.all();
    await liftStops(scene.market);
    scene.clock.advance(12 * HOUR_MS);
    scene.simulator.control.tick();
    await scene.idle();
    const [open] = await scene.rows<{ n: bigint }>(OPEN);
    quiet = told === 0 && open!.n === 0n ? quiet + 1 : 0;
  }
}

const OPEN = `
  SELECT (SELECT count(*) FROM inbox_event WHERE state = 'waiting') + (SELECT count(*) FROM ext_op WHERE state NOT IN ('done', 'refused')) AS n`;
