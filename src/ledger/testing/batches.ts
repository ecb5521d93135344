import fc from 'fast-check';
import { deriveId } from '../../kernel/ids.js';
import type { TransferKind, TransferRequest } from '../transfers.js';

/** A transfer before it has a world: accounts are places in a list, ids and pending ids are numbers. */
export interface Draft {
  readonly id: number;
  readonly kind: TransferKind;
  readonly debit: number;
  readonly credit: number;
  readonly amount: bigint;
  readonly pending: number | null;
  /** Milliseconds from the start of the world; null is never. */
  readonly expires: number | null;
  readonly linked: boolean;
  readonly reference: string | null;
}

/** Where a draft becomes a request: its accounts, what makes its ids its own, and when it begins. */
export interface World {
  readonly name: string;
  readonly accounts: readonly bigint[];
  readonly start: number;
}

/** Small numbers, so that ids repeat, holds are found, and guards are met from both sides. */
export function drafts(accounts: number, options: { ids?: number; linked?: boolean; lengthMax?: number } = {}): fc.Arbitrary<Draft[]> {
  const { ids = 24, linked = true, lengthMax = 24 } = options;
  const place = fc.nat({ max: accounts - 1 });
  const move = fc.record({
    id: fc.nat({ max: ids }),
    kind: fc.constantFrom<TransferKind>('single', 'single', 'pending'),
    debit: place,
    credit: place,
    amount: fc.oneof({ arbitrary: fc.bigInt({ min: 1n, max: 60n }), weight: 9 }, fc.constantFrom(0n, -1n, 10n ** 15n + 1n)),
    pending: fc.oneof({ arbitrary: fc.constant(null), weight: 19 }, fc.nat({ max: ids })),
    expires: fc.oneof({ arbitrary: fc.constant(null), weight: 5 }, fc.constantFrom(0, 10, 1_000)),
    linked: linked ? fc.oneof({ arbitrary: fc.constant(false), weight: 3 }, fc.boolean()) : fc.constant(false),
    reference: fc.constantFrom(null, null, null, 'pi_"1"\\', 'NULL'),
  });
  const resolution = fc.record({
    id: fc.nat({ max: ids }),
    kind: fc.constantFrom<TransferKind>('post', 'post', 'void', 'expire'),
    debit: fc.oneof({ arbitrary: fc.constant(-1), weight: 4 }, place),
    credit: fc.constant(-1),
    amount: fc.oneof({ arbitrary: fc.bigInt({ min: 0n, max: 60n }), weight: 1 }, { arbitrary: fc.constantFrom(0n, 1n), weight: 1 }),
    pending: fc.nat({ max: ids }),
    expires: fc.oneof({ arbitrary: fc.constant(null), weight: 9 }, fc.constant(10)),
    linked: move.map((draft) => draft.linked),
    reference: fc.constant(null),
  });
  return fc.array(fc.oneof({ arbitrary: move, weight: 3 }, { arbitrary: resolution, weight: 2 }), { minLength: 1, maxLength: lengthMax });
}

/** The request a draft is in a world. Place -1 is 0n: as in the pending transfer. */
export function requestOf(draft: Draft, { name, accounts, start }: World): TransferRequest {
  const idOf = (number: number) => deriveId('transfer', name, String(number));
  const accountOf = (place: number) => (place === -1 ? 0n : accounts[place]!);
  return {
    id: idOf(draft.id),
    kind: draft.kind,
    debit: accountOf(draft.debit),
    credit: accountOf(draft.credit),
    amount: draft.amount,
    code: 'correction',
    ...(draft.pending === null ? {} : { pending_id: idOf(draft.pending) }),
    ...(draft.expires === null ? {} : { expires_at: start + draft.expires }),
    ...(draft.linked ? { linked: true } : {}),
    ...(draft.reference === null ? {} : { reference: draft.reference }),
  };
}
