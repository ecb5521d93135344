import { Inject, Injectable } from '@nestjs/common';
import { formatAmount } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../kernel/clock.js';
import { mintId } from '../kernel/ids.js';
import { DomainError } from '../kernel/problem.js';
import { IdentityRepository, type Principal } from '../identity/index.js';
import { WalletService } from '../payments/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { sql, sqlOne, UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import type { BodyOf } from '../platform/http/serves.js';
import { needsTestMode } from './test-mode.js';

const DAY_S = 86_400;

/** Sandbox dollars for whoever asks, within a limit that keeps sums believable. */
@Injectable()
export class SandboxCredits {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly wallets: WalletService,
    private readonly identities: IdentityRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Credits the caller and answers its balance. Refuses with `mode_mismatch`, `sandbox_limit`. */
  async add(command: Command, caller: Principal, { amount }: BodyOf<'add_sandbox_credit'>) {
    needsTestMode(caller, 'sandbox dollars exist in test mode only');
    if (amount === 0n) throw new DomainError('invalid_request', 'nothing is given', { param: 'amount' });
    return this.unitOfWork.once(command, async (tx) => {
      await this.holdLimit(tx, caller.id, amount);
      const id = mintId('transfer');
      const now = new Date(this.clock.now());
      const text = 'INSERT INTO sandbox_credit (id, agent_id, amount, at) VALUES ($1, $2, $3, $4)';
      await sql(tx, text, [id, caller.id, amount, now]);
      return this.wallets.giveSandbox(tx, id, { agent_id: caller.id as BodyOf<'sandbox_credit'>['agent_id'], amount });
    });
  }

  private async holdLimit(tx: Tx, agentId: string, amount: bigint): Promise<void> {
    await this.identities.lockAgent(tx, agentId);
    const text = `SELECT coalesce(sum(amount), 0)::bigint AS given FROM sandbox_credit WHERE agent_id = $1 AND at > $2`;
    const since = new Date(this.clock.now() - seconds(DAY_S));
    const { given } = (await sqlOne<{ given: bigint }>(tx, text, [agentId, since]))!;
    const limit = this.config.SANDBOX_CREDIT_MAX;
    if (given + amount > limit)
      throw new DomainError('sandbox_limit', `at most ${formatAmount(limit)} in 24 hours`, {
        limit: formatAmount(limit),
        left: formatAmount(limit > given ? limit - given : 0n),
      });
  }
}
