import { DeviceKey } from '@groundtruth/sdk/contributor';
import { PROBLEMS, type RouteName } from '@groundtruth/sdk/protocol';
import { NEAR_MISS, type Results } from '../../simulation/desk.js';
import { newWorker, sheepTerms } from '../../support/cast.js';
import type { DeskMarket, Funded } from '../../support/desk-market.js';
import { eventually } from '../../support/eventually.js';
import type { Injection, Injections } from '../../support/injections.js';
import { template } from '../../support/standing.js';
import { textsIn, type Answer, type Visitor } from './visitor.js';

/** A pattern that matches this text and no other. */
const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** A market full of hostile texts, and who is in it. */
export class Entrances {
  readonly accepted: Injection[] = [];
  readonly refused: { injection: Injection; code: string }[] = [];
  readonly ids: Record<string, string[]> = {};
  readonly keys: string[] = [];
  private readonly agent: Funded;

  constructor(
    private readonly market: DeskMarket,
    private readonly visitor: Visitor,
    private readonly injections: Injections,
    /** The first owns whatever nothing else is said of. */
    private readonly agents: readonly [Funded, Funded],
    private readonly hooks: string,
  ) {
    [this.agent] = agents;
  }

  /** Names of who registers. */
  async names(count: number): Promise<void> {
    await this.each(count, async () => {
      const [agent, contributor] = [this.injections.next(80), this.injections.next(80)];
      const made = [
        await this.put('create_agent', [agent], { body: { name: agent.text }, key: headerOf(agent) }),
        await this.put('create_contributor', [contributor], { body: { name: contributor.text, adult: true } }),
      ];
      this.keys.push(...made.map(({ json }) => json.api_key as string));
    });
  }

  async devices(count: number): Promise<void> {
    const worker = await newWorker(this.market.baseUrl, 'Aiko');
    await this.each(count, async () => {
      const key = await DeviceKey.generate();
      const label = this.injections.next(80);
      const device = await worker.client.devices.enrol(key, { label: label.text });
      this.took([label], device);
      this.visitor.found('create_device', JSON.stringify(device)); // No other route answers it.
    });
  }

  /** Drafts: title and instructions each, and for every sixth a pattern, which takes long to be judged. */
  async bounties(count: number): Promise<void> {
    await this.each(count, async (n) => {
      const [title, instructions] = [this.injections.next(120), this.injections.next(2_000)];
      const pattern = n % 6 === 0 ? this.injections.next(80, (text) => literal(text).length <= 200) : null;
      const terms = this.terms({
        title: title.text,
        instructions: instructions.text,
        ...(pattern && { criteria: { all: [{ text: { pattern: literal(pattern.text) } }] } }),
      });
      const { json, status } = await this.put('create_bounty', [title, instructions], {
        by: this.agent.api_key,
        body: { ...terms, fund: false },
      });
      if (status !== 201) return;
      this.keep('bounties', json.id);
      if (pattern) this.accepted.push(pattern);
    });
  }

  async standing(count: number): Promise<void> {
    await this.each(count, async (n) => {
      const [title, instructions, contains] = [120, 500, 40].map((length) => this.injections.next(length));
      const fact = { text: { contains: contains!.text, is: 'present' } };
      const { json, status } = await this.put('create_standing_bounty', [title!, instructions!, contains!], {
        by: this.agents[n % 2]!.api_key,
        body: {
          template: { ...template(), title: title!.text, instructions: instructions!.text },
          trigger: { on: 'observation', cooldown_s: 60, fact },
          budget_per_day: '5.500000',
        },
      });
      if (status === 201) this.keep('standing-bounties', json.id);
    });
  }

  async feeds(count: number): Promise<void> {
    await this.each(count, async () => {
      const name = this.injections.next(80);
      const { json } = await this.put('create_feed', [name], { by: this.agent.api_key, body: { name: name.text } });
      this.keep('feeds', json.id);
    });
  }

  async webhooks(count: number): Promise<void> {
    await this.each(count, async () => {
      const [description, path] = [this.injections.next(200), this.injections.next(200)];
      const url = `${this.hooks}/${encodeURIComponent(path.text)}`;
      const { json } = await this.put('create_webhook_endpoint', [description], {
        by: this.agent.api_key,
        body: { url, description: description.text, events: ['bounty.opened', 'capture.settled'], cards: {} },
      });
      this.accepted.push(path);
      this.keep('webhook-endpoints', json.id);
    });
  }

  /** Pictures with words in them, and with words beside them: as a verifier would report them. */
  async pictures(count: number, texts: number): Promise<void> {
    await this.each(count, async () => {
      const read = Array.from({ length: texts }, () => this.injections.next(4_000));
      const exif = ['ImageDescription', 'UserComment', 'Make', 'Model', 'Artist', 'Software'].map(
        (field) => [field, this.injections.next(200)] as const,
      );
      const name = this.injections.next(40);
      const pattern = 'GATE [0-9]{4}';
      const bounty = await this.agent.client.bounties.create(
        this.terms({ criteria: { all: [{ text: { pattern } }], unique: false } }) as never,
      );
      this.keep('bounties', bounty.id);
      const results: Results = {
        text: { status: 'pass', evidence: { matches: [{ pattern, matched: read.map(({ text }) => text) }] } },
        format: { evidence: { exif: Object.fromEntries(exif.map(([field, { text }]) => [field, text])) } },
      };
      const worker = await newWorker(this.market.baseUrl, 'Aiko');
      const entry = await worker.client.leaderboards.join(name.text);
      this.took([name], entry);
      this.visitor.found('join_leaderboards', JSON.stringify(entry));
      const { id } = await this.market.judged(bounty.id, results, { worker, shown: true });
      this.keep('captures', id);
      this.accepted.push(...read, ...exif.map(([, injection]) => injection));
      const card = await eventually(async () => {
        await this.market.background.sweep();
        for await (const card of this.agent.client.observations.list({ bounty: bounty.id })) return card.id;
        return null;
      }, 'the observation');
      this.keep('observations', card);
    });
  }

  /** Why somebody looked, objected, disputed, decided. */
  async reasons(count: number): Promise<void> {
    const operator = this.market.keyring.operator_keys.test;
    const [capture] = this.ids.captures!;
    await this.each(count, async () => {
      const reason = this.injections.next(200);
      const { status } = await this.put('open_original', [], {
        by: operator,
        id: capture!,
        body: { reason: reason.text },
      });
      if (status === 201) this.accepted.push(reason);
    });
    for (const id of this.ids.captures!) {
      const [text, decision] = [this.injections.next(1_000), this.injections.next(500)];
      const { json } = await this.put('create_dispute', [text], {
        by: this.agent.api_key,
        id,
        body: { reason_code: 'staged', text: text.text },
      });
      this.keep('disputes', json.id);
      const body = { decision: 'deny', reason: decision.text };
      await this.put('decide_dispute', [decision], { by: operator, id: json.id, body });
    }
    const bounty = await this.market.bounty(this.agent);
    const { id } = await this.market.judged(bounty.id, NEAR_MISS, { shown: true });
    await eventually(async () => (await this.market.operator.captures.get(id)).state === 'review');
    this.keep('captures', id);
    await this.visitor.ask('decide_review', { by: this.agent.api_key, id, body: { decision: 'object', reason_code: 'staged' } }); // prettier-ignore
    const reason = this.injections.next(500);
    await this.put('decide_review', [], { by: operator, id, body: { decision: 'reject', reason: reason.text } });
    await this.market.concluded(id, 'rejected');
    this.accepted.push(reason);
  }

  /** Where no text fits: paths, cursors, numbers, keys of headers. All of them are refused, and told so to nobody but who sent them. */
  async urls(count: number): Promise<void> {
    const paths: RouteName[] = ['get_bounty', 'get_feed', 'get_observation', 'get_dispute', 'get_payout_root', 'get_agent_reputation']; // prettier-ignore
    const lists: RouteName[] = ['list_events', 'list_feeds', 'list_observations', 'search_bounties'];
    await this.each(count, async (n) => {
      const [path, cursor] = [this.injections.next(150), this.injections.next(150)];
      const by = this.agent.api_key;
      const answers = [
        [path, await this.visitor.ask(paths[n % paths.length]!, { by, id: path.text })],
        [cursor, await this.visitor.ask(lists[n % lists.length]!, { by, query: { cursor: cursor.text } })],
      ] as const;
      for (const [injection, answer] of answers) this.isRefused([injection], answer);
    });
  }

  private terms(change: object): Record<string, unknown> {
    const closes_at = new Date(this.market.clock.now() + 3 * 3_600_000).toISOString();
    return { ...sheepTerms({ window: { closes_at } }), ...change };
  }

  private async put(name: RouteName, texts: Injection[], asked: Parameters<Visitor['ask']>[1]): Promise<Answer> {
    const answer = await this.visitor.ask(name, asked);
    if (answer.status < 300) this.took(texts, answer.json);
    else this.isRefused(texts, answer);
    return answer;
  }

  /** What is accepted comes back as it was. */
  private took(texts: readonly Injection[], answer: unknown): void {
    const there = new Set(textsIn(answer));
    for (const injection of texts) {
      if (!there.has(injection.text))
        throw new Error(`${JSON.stringify(injection)} came back as ${JSON.stringify(answer)}`);
      this.accepted.push(injection);
    }
  }

  private isRefused(texts: readonly Injection[], { status, json }: Answer): void {
    const code = json.code as keyof typeof PROBLEMS;
    if (PROBLEMS[code]?.status !== status || status < 400 || status >= 500)
      throw new Error(`${JSON.stringify(texts)} was answered ${status} ${JSON.stringify(json)}`);
    this.refused.push(...texts.map((injection) => ({ injection, code })));
  }

  private keep(kind: string, id: string): void {
    (this.ids[kind] ??= []).push(id);
  }

  /** Four at once, so that none waits for the one before. */
  private async each(count: number, enter: (n: number) => Promise<void>): Promise<void> {
    for (let n = 0; n < count; n += 4)
      await Promise.all(Array.from({ length: Math.min(4, count - n) }, (_, i) => enter(n + i)));
  }
}

/** As much of a text as a header takes. */
const headerOf = ({ text, marker }: Injection): string => `${marker}${text.replace(/[^\x21-\x7e]/g, '')}`.slice(0, 200);
