import { Inject, Injectable } from '@nestjs/common';
import { toWireTime, type Fraud, type Id, type Simulation } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../kernel/clock.js';
import { mintId } from '../kernel/ids.js';
import { DomainError, found } from '../kernel/problem.js';
import { BountiesRepository, termsFromRow, type BountyRow } from '../bounties/index.js';
import { IdentityRepository, type Principal } from '../identity/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import type { BodyOf } from '../platform/http/serves.js';
import { checkAnswerable } from './answerable.js';
import { diceOf } from './dice.js';
import { lessonOf } from './explain.js';
import { needsTestMode } from './test-mode.js';
import type { SeenSimulation } from './simulation.entity.js';
import { SimulationsRepository } from './simulations.repository.js';

const DAY_S = 86_400;
/** Frauds that need no honest one before them. */
const DRAWN_FRAUDS = ['wrong_nonce', 'elsewhere', 'edited', 'wrong_content'] as const satisfies readonly Fraud[];

/** Asking for simulated contributors, and looking at them. */
@Injectable()
export class SimulationsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly simulations: SimulationsRepository,
    private readonly bounties: BountiesRepository,
    private readonly identities: IdentityRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Asks one to answer a bounty of the caller's. Refuses in this order: `mode_mismatch`, `not_found`, `bounty_not_open`,
   * `criteria_unreachable`, `invalid_request` (a replay of nothing), `sandbox_limit`.
   */
  async create(command: Command, caller: Principal, body: BodyOf<'create_simulation'>) {
    needsTestMode(caller, 'contributors are simulated in test mode only');
    return this.unitOfWork.once(command, async (tx) => {
      const row = await this.bounties.get(tx, body.bounty_id);
      const bounty = found(row && row.agent_id === caller.id ? row : null, body.bounty_id);
      const now = this.clock.now();
      if (bounty.state !== 'open' || bounty.closes_at <= now)
        throw new DomainError('bounty_not_open', `${bounty.id} is ${bounty.state}`, { state: bounty.state });
      checkAnswerable(termsFromRow(bounty));
      const id = mintId('simulation');
      const fraud = body.behaviour === 'fraudulent' ? (body.fraud ?? diceOf(id).pick(DRAWN_FRAUDS)) : null;
      const replays = fraud === 'replayed' ? await this.original(tx, bounty) : null;
      await this.holdLimits(tx, caller.id);
      const { behaviour } = body;
      const act_at = now + seconds(body.delay_s);
      const agent_id = bounty.agent_id as Id<'agent'>;
      await this.simulations.insert(tx, {
        id, agent_id, bounty_id: bounty.id, behaviour, fraud, replays, act_at, created_at: now,
      }); // prettier-ignore
      return this.view(tx, id, bounty);
    });
  }

  async get(caller: Principal, id: string): Promise<Simulation> {
    return this.unitOfWork.run(async (tx) => {
      const row = await this.simulations.get(tx, id);
      const own = found(row && row.agent_id === caller.id ? row : null, id);
      return this.view(tx, id, found(await this.bounties.get(tx, own.bounty_id), own.bounty_id));
    });
  }

  /** The accepted picture that a replay hands in again. */
  private async original(tx: Tx, { id, kind }: BountyRow): Promise<Id<'simulation'>> {
    const accepted = kind === 'photo' ? await this.simulations.accepted(tx, id) : null;
    if (accepted) return accepted;
    throw new DomainError('invalid_request', 'no picture of an honest one was accepted for this bounty yet', {
      param: 'fraud',
      hint: 'Ask for an honest one first, wait until its capture is accepted, and ask again.',
    });
  }

  private async holdLimits(tx: Tx, agentId: string): Promise<void> {
    await this.identities.lockAgent(tx, agentId);
    const { SANDBOX_CONTRIBUTORS_MAX: at_work_max, SANDBOX_CONTRIBUTORS_DAY_MAX: day_max } = this.config;
    const { at_work, asked } = await this.simulations.count(tx, agentId, this.clock.now() - seconds(DAY_S));
    if (at_work >= at_work_max)
      throw new DomainError('sandbox_limit', `at most ${at_work_max} simulated contributors at work at once`, {
        limit: at_work_max,
      });
    if (asked >= day_max)
      throw new DomainError('sandbox_limit', `at most ${day_max} simulated contributors in 24 hours`, {
        limit: day_max,
      });
  }

  private async view(tx: Tx, id: string, { kind }: BountyRow): Promise<Simulation> {
    return viewOf(found(await this.simulations.get(tx, id), id), kind);
  }
}

function viewOf(row: SeenSimulation, kind: string): Simulation {
  const { id, bounty_id, behaviour, fraud, state, contributor_id, reservation_id, capture_id } = row;
  const ended = state !== 'waiting' && state !== 'reserved';
  return {
    id,
    bounty_id,
    behaviour,
    fraud,
    state,
    deadline_at: ended ? null : toWireTime(row.act_at),
    ...lessonOf(behaviour, fraud, kind),
    contributor_id,
    reservation_id,
    capture_id,
    capture: row.capture_state && { state: row.capture_state, failed_stage: row.failed_stage },
    refusal: row.refusal_code === null ? null : { code: row.refusal_code, detail: row.refusal_detail ?? '' },
    created_at: toWireTime(row.created_at),
  };
}
