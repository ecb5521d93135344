import { broadcast } from './broadcast.js';
import { firstFees } from './fees.js';
import type { Follower, View } from './follow.js';
import type { ChainOperation } from './operation.js';
import { advanceOperation, holdOperation, nextQueued } from './operations.repository.js';
import { revertReason } from './revert-reason.js';
import { RpcRefusal } from './rpc.js';
import { market, type SenderContext, sign } from './sender-context.js';
import { type ChainTx, insertTx, missingNonces, nextOwnNonce, readUnsettled } from './txs.repository.js';

/** How many holes a pump fills at most. */
const HOLES_MAX = 16;
/** Operations that one pump refuses at most, so that it comes to an end. */
const STEPS_MAX = 1_000;
/** The estimate and a quarter: state moves between the estimate and the block. */
const GAS_MARGIN = { times: 5n, over: 4n };

/** `held`: it waits, and so does every later one, because operations are sent in order. */
type Estimate = { readonly gas: bigint } | { readonly refused: string } | { readonly held: string };

/** Gives nonces to queued operations, in order, and to the holes before them. */
export class Dispatcher {
  constructor(
    private readonly context: SenderContext,
    private readonly follower: Follower,
  ) {}

  /** Sends a transaction to ourselves for each nonce that the chain waits for and we know nothing of. */
  async fillHoles(view: View): Promise<void> {
    const { sender, node, unitOfWork, log, at } = this.context;
    const pending = await node.nonce(sender.signer, 'pending');
    const holes = await unitOfWork.run((dbTx) => missingNonces(dbTx, sender, pending, HOLES_MAX));
    if (holes.length === 0) return;
    const fees = firstFees(await market(this.context, view.latest), this.context.policy.max_fee_cap);
    if (fees === null) return log.warn({ holes: holes.map(String) }, 'fees are above the cap: holes stay open');
    const call = { to: sender.signer, data: '0x' as const, value: 0n };
    const gas = await node.estimateGas({ ...call, from: sender.signer });
    for (const nonce of holes) {
      const attempt = await sign(this.context, { ...fees, ...call, nonce, gas }, view.latest);
      await unitOfWork.run(async (dbTx) => {
        await insertTx(dbTx, sender, { nonce, operation_id: null, gas }, attempt);
        at('sender.fill.before_commit');
      });
      at('sender.fill.after_commit');
      log.warn({ nonce }, 'a hole between nonces was filled');
      const tx: ChainTx = { nonce, operation_id: null, gas, state: 'open', attempts: [attempt] };
      await this.follower.sent(tx, await broadcast(this.context, attempt), view);
    }
  }

  /** Sends queued operations until none waits, one must wait, or enough are under way. Answers how many were sent or refused. */
  async sendQueued(view: View): Promise<number> {
    const { sender, unitOfWork, policy } = this.context;
    for (let steps = 0; ; steps++) {
      const operation = await unitOfWork.run((dbTx) => nextQueued(dbTx, sender));
      const under_way = (await unitOfWork.run((dbTx) => readUnsettled(dbTx, sender))).filter(
        ({ state }) => state === 'open',
      );
      if (operation === null || under_way.length >= policy.in_flight_max || steps === STEPS_MAX) return steps;
      if (!(await this.step(operation, under_way.length > 0, view))) return steps;
    }
  }

  /** True when the operation was sent or refused. */
  private async step(operation: ChainOperation, others_under_way: boolean, view: View): Promise<boolean> {
    const estimate = await this.simulate(operation, others_under_way);
    if ('refused' in estimate) return this.refuse(operation, estimate.refused);
    if ('held' in estimate) return this.hold(operation, estimate.held);
    return this.send(operation, estimate.gas, view);
  }

  private async simulate({ signer, to, data, value }: ChainOperation, others_under_way: boolean): Promise<Estimate> {
    const { node, errors, at } = this.context;
    at('sender.simulate.before');
    try {
      const gas = await node.estimateGas({ from: signer, to, data, value });
      at('sender.simulate.after');
      return { gas: (gas * GAS_MARGIN.times) / GAS_MARGIN.over };
    } catch (error) {
      if (!(error instanceof RpcRefusal)) throw error;
      if (error.revert_data === null) return { held: `the node cannot simulate it: ${error.reason}` };
      // What is under way may be what it needs.
      if (others_under_way) return { held: 'it would revert before what is under way has been mined' };
      return { refused: revertReason(error.revert_data, errors) };
    }
  }

  private async send(operation: ChainOperation, gas: bigint, view: View): Promise<boolean> {
    const { sender, node, unitOfWork, policy, clock, at } = this.context;
    const fees = firstFees(await market(this.context, view.latest), policy.max_fee_cap);
    if (fees === null) return this.hold(operation, `fees are above the cap of ${policy.max_fee_cap} wei a unit of gas`);
    at('sender.store.before');
    const pending = await node.nonce(sender.signer, 'pending');
    const own = await unitOfWork.run((dbTx) => nextOwnNonce(dbTx, sender));
    const nonce = pending > own ? pending : own;
    const { to, data, value } = operation;
    const attempt = await sign(this.context, { ...fees, nonce, gas, to, data, value }, view.latest);
    await unitOfWork.run(async (dbTx) => {
      const moved = await advanceOperation(dbTx, clock.now(), operation.id, 'send');
      if (moved === null) throw new Error(`operation ${operation.id} was sent by somebody else`);
      await insertTx(dbTx, sender, { nonce, operation_id: operation.id, gas }, attempt);
      at('sender.store.before_commit');
    });
    at('sender.store.after_commit');
    const tx: ChainTx = { nonce, operation_id: operation.id, gas, state: 'open', attempts: [attempt] };
    await this.follower.sent(tx, await broadcast(this.context, attempt), view);
    return true;
  }

  /** Uses no nonce. An error of the handler is told and leaves the operation queued, and those after it. */
  private async refuse(operation: ChainOperation, reason: string): Promise<boolean> {
    const { unitOfWork, handlers, clock, log, at } = this.context;
    let handling = false;
    try {
      await unitOfWork.run(async (dbTx) => {
        const set = { reason, ended_at: new Date(clock.now()) };
        const ended = await advanceOperation(dbTx, clock.now(), operation.id, 'refuse', set);
        if (ended === null) return;
        handling = true;
        await handlers.tell(dbTx, ended);
        handling = false;
        at('sender.refuse.before_commit');
      });
    } catch (err) {
      if (!handling) throw err;
      log.error({ err, operation_id: operation.id }, 'the refusal of a chain operation could not be handled');
      return false;
    }
    at('sender.refuse.after_commit');
    return true;
  }

  private async hold({ id }: ChainOperation, held: string): Promise<false> {
    const { unitOfWork, log } = this.context;
    const changed = await unitOfWork.run((dbTx) => holdOperation(dbTx, id, held));
    if (changed) log.warn({ operation_id: id, held }, 'a chain operation waits');
    return false;
  }
}
