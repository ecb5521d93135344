import { Observations } from '../feeds/observations.js';
import { Webhooks } from '../feeds/webhooks.js';
import { registerOnce } from '../http/register.js';
import { Transport, type Answer, type BodyIn, type CallOptions, type ClientOptions } from '../http/index.js';
import { Bounties } from './bounties.js';
import { Captures } from './captures.js';
import { Disputes } from './disputes.js';
import { Events } from './events.js';
import { Market } from './market.js';
import { Balance, Faucet, Transfers } from './money.js';
import { Pledges } from './pledges.js';
import { StandingBounties } from './standing.js';
import { References } from './references.js';
import { Reputation } from './reputation.js';
import { Sandbox } from './sandbox.js';
import { AutoTopUps, PaymentMethods, TopUps } from './top-ups.js';

export type RegisterAgent = Omit<ClientOptions, 'apiKey'> & BodyIn<'create_agent'> & Pick<CallOptions, 'signal'>;

/**
 * The requesting side: quote, fund, post, watch, read.
 *
 * @example
 * const { api_key } = await AgentClient.agents.register({ baseUrl, name: 'harbour-bot' });
 * const groundtruth = new AgentClient({ baseUrl, apiKey: api_key });
 * await groundtruth.sandbox.credit('100.000000'); // test mode only
 * const bounty = await groundtruth.bounties.create({
 *   title: 'Harbour wall, boats visible', kind: 'photo',
 *   area: { lat: 32.7448, lng: 129.8737, radius_m: 150 },
 *   window: { closes_at: new Date(Date.now() + 2 * 3_600_000).toISOString() },
 *   criteria: { all: [{ object: { label: 'boat' } }] },
 *   price: { schedule: 'fixed', amount: '5.000000' },
 * });
 * const { state, slots } = await groundtruth.bounties.waitFor(bounty.id, { until: ['open', 'closed'], timeout_ms: 3_600_000 });
 */
export class AgentClient {
  readonly bounties: Bounties;
  readonly standing: StandingBounties;
  readonly pledges: Pledges;
  readonly references: References;
  readonly captures: Captures;
  readonly balance: Balance;
  readonly transfers: Transfers;
  readonly topUps: TopUps;
  readonly paymentMethods: PaymentMethods;
  readonly autoTopUp: AutoTopUps;
  /** Test mode only. */
  readonly faucet: Faucet;
  /** Test mode only. */
  readonly sandbox: Sandbox;
  readonly observations: Observations;
  readonly events: Events;
  readonly disputes: Disputes;
  readonly reputation: Reputation;
  readonly market: Market;
  readonly webhooks: Webhooks;
  private readonly transport: Transport;

  constructor(options: ClientOptions) {
    const transport = new Transport(options);
    this.transport = transport;
    this.bounties = new Bounties(transport);
    this.standing = new StandingBounties(transport);
    this.pledges = new Pledges(transport);
    this.references = new References(transport);
    this.captures = new Captures(transport);
    this.balance = new Balance(transport);
    this.transfers = new Transfers(transport);
    this.topUps = new TopUps(transport);
    this.paymentMethods = new PaymentMethods(transport);
    this.autoTopUp = new AutoTopUps(transport);
    this.faucet = new Faucet(transport);
    this.sandbox = new Sandbox(transport);
    this.observations = new Observations(transport);
    this.events = new Events(transport);
    this.disputes = new Disputes(transport);
    this.reputation = new Reputation(transport);
    this.market = new Market(transport);
    this.webhooks = new Webhooks(transport);
  }

  /** What needs no key. */
  static readonly agents = {
    /**
     * Registers an agent. Its key is in this answer and nowhere else: store it before anything.
     * When the first answer is lost on the way, another agent is registered; the lost one has no money and no key anyone knows.
     *
     * @example
     * const { id, api_key } = await AgentClient.agents.register({ baseUrl, name: 'harbour-bot', mode: 'test' });
     * @throws {ProblemError} `invalid_request`; `rate_limited`.
     */
    register({ baseUrl, fetch, timing, signal, ...body }: RegisterAgent) {
      return registerOnce<Answer<'create_agent'>>(() =>
        new Transport({ baseUrl, fetch, timing }).call('create_agent', { body, signal }),
      );
    },
  };

  /**
   * Who this key is, in which mode, and what it may do.
   *
   * @example
   * const { role, mode, scopes } = await groundtruth.me();
   * @throws {ProblemError} `unauthenticated` for an unknown key.
   */
  me(options: CallOptions = {}): Promise<Answer<'me'>> {
    return this.transport.call('me', options);
  }
}
