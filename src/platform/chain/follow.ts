import { isDeep } from './confirmations.js';
import { broadcast, type Sent } from './broadcast.js';
import { raisedFees } from './fees.js';
import type { Block, Receipt } from './node.js';
import type { ChainOperation } from './operation.js';
import { advanceOperation, holdOperation, minedAt, moveMined, readOperation } from './operations.repository.js';
import { revertReason } from './revert-reason.js';
import { RpcRefusal } from './rpc.js';
import { market, type SenderContext, sign } from './sender-context.js';
import { advanceTx, type ChainTx, insertAttempt, newest } from './txs.repository.js';

/** What the chain said at the start of a pump. */
export interface View {
  readonly latest: Block;
  readonly safe: Block;
  readonly finalized: Block;
  /** How many transactions of ours, or of whoever else has the key, the chain includes. */
  readonly mined: bigint;
}

/** Looks after what was signed and has not come to an end: finds it mined, confirms it, sends it again, or offers more. */
export class Follower {
  constructor(private readonly context: SenderContext) {}

  async follow(tx: ChainTx, view: View): Promise<void> {
    const operation = tx.operation_id === null ? null : await this.operation(tx.operation_id);
    const receipt = await this.receipt(tx);
    if (receipt !== null) return tx.state === 'final' ? undefined : this.mined(tx, operation, receipt, view);
    if (tx.state === 'mined' || tx.state === 'final') return this.vanished(tx, view);
    if (view.mined > tx.nonce) return this.taken(tx, view);
    await this.push(tx, operation, view);
  }

  /** The receipt of whichever attempt was mined. */
  private async receipt({ attempts }: ChainTx): Promise<Receipt | null> {
    this.context.at('sender.receipt.before');
    for (const { hash } of attempts.toReversed()) {
      const receipt = await this.context.node.receipt(hash);
      if (receipt === null) continue;
      this.context.at('sender.receipt.after');
      return receipt;
    }
    return null;
  }

  private async mined(tx: ChainTx, operation: ChainOperation | null, receipt: Receipt, view: View): Promise<void> {
    const { sender, unitOfWork, node, clock, at } = this.context;
    if (tx.state === 'open') {
      await unitOfWork.run(async (dbTx) => {
        if (!(await advanceTx(dbTx, sender, tx.nonce, 'mine'))) return;
        if (operation) await advanceOperation(dbTx, clock.now(), operation.id, 'mine', minedAt(receipt));
        at('sender.mined.before_commit');
      });
      at('sender.mined.after_commit');
    } else if (operation && operation.mined_block_hash !== receipt.block_hash) {
      await unitOfWork.run((dbTx) => moveMined(dbTx, operation.id, receipt));
    }
    const heads = { latest: view.latest.number, safe: view.safe.number, finalized: view.finalized.number };
    if (!isDeep(receipt.block, operation?.confirmations ?? 'finalized', heads)) return;
    // The chain may have changed since the heads were read, and receipts may come from a node that lags.
    if ((await node.block(receipt.block))?.hash === receipt.block_hash) await this.end(tx, operation, receipt);
  }

  /** An error of the handler is told and leaves the operation mined, for the next pump. */
  private async end(tx: ChainTx, operation: ChainOperation | null, receipt: Receipt): Promise<void> {
    const { sender, unitOfWork, handlers, clock, log, at } = this.context;
    const reason = operation && !receipt.succeeded ? await this.reasonOf(operation, receipt) : null;
    let handling = false;
    try {
      await unitOfWork.run(async (dbTx) => {
        if (!(await advanceTx(dbTx, sender, tx.nonce, 'settle'))) return;
        // One that ended before a chain went back behind it has been told.
        if (operation?.ended_at === null) {
          const set = { ...minedAt(receipt), reason, ended_at: new Date(clock.now()) };
          const ended = await advanceOperation(
            dbTx,
            clock.now(),
            operation.id,
            reason === null ? 'confirm' : 'fail',
            set,
          );
          if (ended === null) throw new Error(`operation ${operation.id} is not mined while its transaction is`);
          handling = true;
          await handlers.tell(dbTx, ended);
          handling = false;
        }
        at('sender.end.before_commit');
      });
    } catch (err) {
      if (!handling) throw err;
      return log.error({ err, operation_id: operation?.id }, 'the end of a chain operation could not be handled');
    }
    at('sender.end.after_commit');
  }

  /** By calling again on the state after its block, in which it changed nothing itself. */
  private async reasonOf({ signer, to, data, value }: ChainOperation, receipt: Receipt): Promise<string> {
    try {
      await this.context.node.call({ from: signer, to, data, value }, receipt.block);
    } catch (error) {
      if (!(error instanceof RpcRefusal)) throw error;
      if (error.revert_data !== null) return revertReason(error.revert_data, this.context.errors);
    }
    return 'reverted when it was mined; the same call does not revert now';
  }

  /** The same bytes go out again; an operation that had ended by its depth has ended. */
  private async vanished(tx: ChainTx, view: View): Promise<void> {
    const { sender, unitOfWork, clock, log, at } = this.context;
    await unitOfWork.run(async (dbTx) => {
      if (!(await advanceTx(dbTx, sender, tx.nonce, 'vanish'))) return;
      if (tx.operation_id) await advanceOperation(dbTx, clock.now(), tx.operation_id, 'vanish', minedAt(null));
      at('sender.vanished.before_commit');
    });
    log.warn({ operation_id: tx.operation_id, nonce: tx.nonce }, 'the block of a transaction was abandoned');
    at('sender.vanished.after_commit');
    await this.sent({ ...tx, state: 'open' }, await broadcast(this.context, newest(tx)), view);
  }

  /** Once that is final none of our attempts can ever be mined: the operation is queued again and gets another nonce. */
  private async taken(tx: ChainTx, view: View): Promise<void> {
    const { sender, unitOfWork, clock, log, at } = this.context;
    const is_final = (await this.minedFinally(view)) > tx.nonce;
    if ((await this.receipt(tx)) !== null) return; // Mined between the questions.
    if (!is_final) return this.hold(tx, `nonce ${tx.nonce} went to another transaction; waiting until that is final`);
    await unitOfWork.run(async (dbTx) => {
      if (!(await advanceTx(dbTx, sender, tx.nonce, 'displace'))) return;
      if (tx.operation_id) await advanceOperation(dbTx, clock.now(), tx.operation_id, 'displace');
      at('sender.displace.before_commit');
    });
    log.error({ operation_id: tx.operation_id, nonce: tx.nonce }, 'somebody else sends transactions with our key');
    at('sender.displace.after_commit');
  }

  /** None for sure when the node has forgotten the state of its finalized block. */
  private async minedFinally({ finalized }: View): Promise<bigint> {
    try {
      return await this.context.node.nonce(this.context.sender.signer, finalized.number);
    } catch (error) {
      if (error instanceof RpcRefusal) return 0n;
      throw error;
    }
  }

  /** Sends it again when the node has lost it, and with more fees when it has waited for too long. */
  private async push(tx: ChainTx, operation: ChainOperation | null, view: View): Promise<void> {
    const overdue = this.isOverdue(tx, view);
    const raised = overdue ? await this.raise(tx, operation, view) : null;
    const attempt = raised ?? newest(tx);
    if (raised === null && (await this.context.node.knows(attempt.hash))) return;
    const sent = await broadcast(this.context, attempt);
    if (sent !== 'taken' && overdue && raised === null) return; // Still held by the fee cap.
    await this.sent(raised ? { ...tx, attempts: [...tx.attempts, raised] } : tx, sent, view);
  }

  /** Notes what a node answered to a broadcast. When the nonce is gone already, one of our own attempts may be what took it. */
  async sent(tx: ChainTx, sent: Sent, view: View): Promise<void> {
    if (sent === 'accepted') return this.hold(tx, null);
    if (sent !== 'taken') return this.hold(tx, `the node refuses it: ${sent.refused}`);
    const receipt = await this.receipt(tx);
    const operation = tx.operation_id === null ? null : await this.operation(tx.operation_id);
    if (receipt !== null) await this.mined(tx, operation, receipt, view);
  }

  private isOverdue(tx: ChainTx, { latest }: View): boolean {
    const { replace_after_blocks, replace_after_ms } = this.context.policy;
    const { at_block, created_at } = newest(tx);
    const blocks = latest.number - at_block;
    return blocks >= replace_after_blocks || (blocks > 0n && this.context.clock.now() - created_at >= replace_after_ms);
  }

  /** A new attempt, stored; null when its fees would exceed the cap. */
  private async raise(tx: ChainTx, operation: ChainOperation | null, { latest }: View) {
    const { sender, policy, unitOfWork, at } = this.context;
    const fees = raisedFees(newest(tx), await market(this.context, latest), policy.max_fee_cap);
    if (fees === null) {
      await this.hold(tx, `replacing it takes more than the fee cap of ${policy.max_fee_cap} wei a unit of gas`);
      return null;
    }
    const { to, data, value } = operation ?? { to: sender.signer, data: '0x' as const, value: 0n };
    const attempt = await sign(this.context, { ...fees, nonce: tx.nonce, gas: tx.gas, to, data, value }, latest);
    await unitOfWork.run(async (dbTx) => {
      await insertAttempt(dbTx, sender, tx.nonce, tx.attempts.length, attempt);
      at('sender.replace.before_commit');
    });
    at('sender.replace.after_commit');
    return attempt;
  }

  private async hold(tx: ChainTx, held: string | null): Promise<void> {
    const { unitOfWork, log } = this.context;
    if (tx.operation_id === null)
      return held === null ? undefined : log.warn({ nonce: tx.nonce, held }, 'a filler waits');
    const id = tx.operation_id;
    const changed = await unitOfWork.run((dbTx) => holdOperation(dbTx, id, held));
    if (changed && held !== null) log.warn({ operation_id: id, nonce: tx.nonce, held }, 'a chain operation waits');
  }

  private async operation(id: string): Promise<ChainOperation> {
    const operation = await this.context.unitOfWork.run((dbTx) => readOperation(dbTx, id));
    if (operation === null) throw new Error(`there is no operation ${id}`);
    return operation;
  }
}
