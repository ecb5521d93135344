import { Inject, Injectable } from '@nestjs/common';
import { DISPUTE_REASONS, type Dispute, type DisputeSide, type Page } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../kernel/clock.js';
import { mintId } from '../kernel/ids.js';
import { DomainError, found } from '../kernel/problem.js';
import { BountiesRepository } from '../bounties/index.js';
import { CapturesRepository, viewerOf, type CaptureRow } from '../captures/index.js';
import { needsScope, type Principal } from '../identity/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import { pageOf, readCursor } from '../platform/http/cursor.js';
import type { BodyOf, QueryOf } from '../platform/http/serves.js';
import { Outbox } from '../platform/outbox/index.js';
import { disputeView } from './dispute.view.js';
import { DisputesRepository } from './disputes.repository.js';

/** Opens disputes and shows them. Who decides them is in `dispute.decisions.ts`. */
@Injectable()
export class DisputesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly disputes: DisputesRepository,
    private readonly captures: CapturesRepository,
    private readonly bounties: BountiesRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * A contributor appeals a rejection; a requester disputes what was accepted. Refusals in this order: `not_found`, `invalid_request`
   * (a reason of the other side), `dispute_state` (nothing to dispute, or disputed before), `dispute_window_closed`.
   */
  async open(command: Command, caller: Principal, captureId: string, body: BodyOf<'create_dispute'>) {
    return this.unitOfWork.once(command, async (tx) => {
      const { capture, side } = await this.party(tx, caller, captureId);
      await this.mayDispute(tx, capture, side, body);
      const now = this.clock.now();
      const id = mintId('dispute');
      await this.disputes.insert(tx, {
        id,
        mode: capture.mode,
        capture_id: capture.id,
        bounty_id: capture.bounty_id,
        side,
        opened_by: caller.id,
        reason_code: body.reason_code,
        text: body.text,
        decide_by: now + seconds(this.config.DECISION_S),
        created_at: now,
      });
      if (side === 'contributor' && !(await this.bounties.beginAppeal(tx, capture.bounty_id)))
        throw new DomainError('dispute_window_closed', `${capture.bounty_id} is closed`);
      const { id: capture_id, bounty_id } = capture;
      await this.outbox.append(tx, {
        type: 'dispute.opened',
        dispute_id: id,
        capture_id,
        bounty_id,
        opened_by: caller.id,
      });
      return disputeView((await this.disputes.get(tx, id))!, caller);
    });
  }

  async get(caller: Principal, id: string): Promise<Dispute> {
    const row = await this.unitOfWork.run((tx) => this.disputes.get(tx, id));
    const visible = row && row.mode === caller.mode && (caller.role === 'operator' || row.opened_by === caller.id);
    return disputeView(found(visible ? row : null, id), caller);
  }

  /** The caller's own, or for the operator the queue: everybody's open ones. Oldest first. */
  async list(caller: Principal, query: QueryOf<'list_disputes'>): Promise<Page<Dispute>> {
    const operator = caller.role === 'operator';
    const page = {
      mode: caller.mode,
      opened_by: operator ? null : caller.id,
      state: query.state ?? (operator ? ('open' as const) : null),
      after: readCursor(query.cursor),
      limit: query.limit + 1,
    };
    const rows = await this.unitOfWork.run((tx) => this.disputes.list(tx, page));
    const { data, ...rest } = pageOf(rows, query.limit, (row) => row.id);
    return { ...rest, data: data.map((row) => disputeView(row, caller)) };
  }

  private async party(
    tx: Tx,
    caller: Principal,
    captureId: string,
  ): Promise<{ capture: CaptureRow; side: DisputeSide }> {
    const capture = found(await this.captures.lock(tx, captureId), captureId);
    const bounty = found(await this.bounties.get(tx, capture.bounty_id), capture.bounty_id);
    const viewer = found(viewerOf(caller, capture, bounty.agent_id), captureId);
    if (viewer === 'operator') throw new DomainError('forbidden', 'only the parties of a capture dispute it');
    needsScope(caller, viewer === 'contributor' ? 'capture' : 'spend');
    return { capture, side: viewer };
  }

  private async mayDispute(
    tx: Tx,
    capture: CaptureRow,
    side: DisputeSide,
    body: BodyOf<'create_dispute'>,
  ): Promise<void> {
    const reasons: readonly string[] = DISPUTE_REASONS[side];
    if (!reasons.includes(body.reason_code))
      throw new DomainError('invalid_request', `a ${side} gives one of: ${reasons.join(', ')}`, {
        param: 'reason_code',
      });
    const { id, state, disputable_until } = capture;
    const disputable = side === 'contributor' ? ['rejected'] : ['accepted', 'settled'];
    if (!disputable.includes(state)) throw new DomainError('dispute_state', `${id} is ${state}`, { state });
    if (await this.disputes.of(tx, id, side))
      throw new DomainError('dispute_state', `${id} was disputed before by its ${side}`);
    if (disputable_until === null || disputable_until < this.clock.now())
      throw new DomainError('dispute_window_closed', `the time to dispute ${id} is over`);
  }
}
