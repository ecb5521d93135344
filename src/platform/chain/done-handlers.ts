import { assert } from '../../kernel/assert.js';
import type { Tx } from '../database/index.js';
import type { ChainOperation } from './operation.js';

/**
 * Told of an operation's end (`done`, `failed` or `refused`), in the transaction that ends it: exactly once as far as `tx` goes, so it
 * must have no other effect. When it throws, nothing has ended, and it is called again.
 */
export type DoneHandler = (tx: Tx, operation: ChainOperation) => Promise<void>;

/** Who is told of the end of which operations: one handler a purpose. */
export class DoneHandlers {
  private readonly handlers = new Map<string, DoneHandler>();

  on(purpose: string, handler: DoneHandler): void {
    assert(!this.handlers.has(purpose), `operations for ${purpose} have a handler already`);
    this.handlers.set(purpose, handler);
  }

  /** An operation of a purpose that nobody registered does not end: an answer nobody hears would be lost. */
  async tell(tx: Tx, operation: ChainOperation): Promise<void> {
    const handler = this.handlers.get(operation.purpose);
    assert(handler !== undefined, `no handler for operations for ${operation.purpose}`);
    await handler(tx, operation);
  }
}
