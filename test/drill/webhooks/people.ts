import type { AgentClient } from '@groundtruth/sdk/agent';
import { ContributorClient } from '@groundtruth/sdk/contributor';
import { mintId } from '../../../src/kernel/ids.js';
import { ledgerOf, transferId } from '../../../src/ledger/index.js';
import { newAgent } from '../../support/cast.js';
import type { Scene } from './scene.js';

const DOLLAR = 1_000_000n;
const CARD_LEDGER = ledgerOf('test', 'card');
const TREASURY_TOP_UP = '5000.000000';
const ACCOUNT = { country: 'US', return_url: 'https://example.org/done' } as const;

interface Agent {
  readonly id: string;
  readonly client: AgentClient;
}

interface Payee {
  readonly id: string;
  /** `acct_…` at Stripe. */
  readonly account: string;
}

/** Who takes part: agents with cards, contributors with bank accounts, and one agent who pays them. */
export class People {
  readonly agents: Agent[] = [];
  readonly payees: Payee[] = [];
  private treasury: Agent | null = null;

  constructor(private readonly scene: Scene) {}

  async addAgent(): Promise<Agent> {
    const agent = await newAgent(this.scene.market.origin, 'an agent');
    this.agents.push(agent);
    return agent;
  }

  /** A contributor who has finished at Stripe; whether we know is for the webhooks to tell. */
  async addPayee(): Promise<void> {
    const baseUrl = this.scene.market.origin;
    const { id, api_key } = await ContributorClient.contributors.register({ baseUrl, name: 'a payee', adult: true });
    await new ContributorClient({ baseUrl, apiKey: api_key }).payouts.openCard(ACCOUNT);
    const text = 'SELECT account FROM card_recipient WHERE contributor_id = $1';
    const [row] = await this.scene.rows<{ account: string }>(text, [id]);
    this.payees.push({ id, account: row!.account });
    this.scene.simulator.control.accounts.onboard(row!.account);
  }

  /** What fulfilment does when a capture is accepted: card money of the one who pays becomes a contributor's. */
  async earn(payee: Payee, dollars: number): Promise<void> {
    const { scene } = this;
    const treasury = await this.paymaster();
    const amount = BigInt(dollars) * DOLLAR;
    await scene.run(async (tx) => {
      const from = { ledger: CARD_LEDGER, code: 'agent_available', owner: treasury.id } as const;
      const to = { ledger: CARD_LEDGER, code: 'contributor_payable', owner: payee.id } as const;
      if ((await scene.ledger.available(tx, from)) < amount) return;
      const [debit, credit] = (await scene.ledger.accounts(tx, [from, to])) as [bigint, bigint];
      const id = transferId(mintId('capture'), 'pay');
      await scene.ledger.postOrThrow(tx, [{ id, kind: 'single', debit, credit, amount, code: 'capture_pay' }]);
    });
  }

  /** Has the one who pays top up: money that is at Stripe at once, and that no bank takes back. */
  async fillTreasury(): Promise<void> {
    const { client } = await this.paymaster();
    await client.topUps.create({ amount: TREASURY_TOP_UP, payment_method: 'pm_card_bypassPending' });
  }

  isTreasury = (id: string): boolean => id === this.treasury?.id;

  private async paymaster(): Promise<Agent> {
    this.treasury ??= await newAgent(this.scene.market.origin, 'the one who pays');
    return this.treasury;
  }
}
