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

/** Accounts of a world. Places 0 to 3 and 4 are those of ordinary business; the rest are guarded the other way, closed, elsewhere, or not there. */
export const PLACES = 9;

/** Where a draft becomes a request: its accounts, what makes its ids its own, and when it begins. */
export interface World {
  readonly name: string;
  readonly accounts: readonly bigint[];
  readonly start: number;
}

/** Pending transfers take the low ids, so that resolutions find them. */
const HOLDS_MAX = 7;
const CLEAN = { pending: null, expires: null, reference: null };

/**
 * Batches of small numbers, so that ids repeat, holds are found and guards are met from both sides. Most drafts make sense in a world; the
 * rest are wrong in every way a request can be.
 */
export function drafts(options: { ids?: number; linked?: boolean; lengthMax?: number } = {}): fc.Arbitrary<Draft[]> {
  const { ids = 24, linked = true, lengthMax = 24 } = options;
  const link = linked ? fc.integer({ min: 0, max: 3 }).map((n) => n === 3) : fc.constant(false);
  const fresh = fc.integer({ min: HOLDS_MAX + 1, max: HOLDS_MAX + ids });
  const hold = fc.nat({ max: HOLDS_MAX });
  const amount = fc.bigInt({ min: 1n, max: 40n });
  const expires = fc.constantFrom(null, null, 10, 1_000);
  const from = fc.constantFrom(0, 0, 0, 1, 2, 3);
  const to = fc.constantFrom(1, 2, 3, 4, 4, 5);

  const move = fc
    .record({ id: fresh, debit: from, credit: to, amount, linked: link })
    .map((draft) => ({ ...CLEAN, kind: 'single' as const, ...draft }));
  const setAside = fc
    .record({ id: hold, debit: from, credit: to, amount, expires, linked: link })
    .map((draft) => ({ ...CLEAN, kind: 'pending' as const, ...draft }));
  const resolution = fc
    .record({
      id: fresh,
      kind: fc.constantFrom<TransferKind>('post', 'post', 'void', 'expire'),
      pending: hold,
      amount,
      linked: link,
    })
    .map((draft) => ({ ...CLEAN, ...draft, debit: -1, credit: -1, amount: draft.kind === 'post' ? draft.amount : 0n }));
  const wrong = fc.record({
    id: fc.nat({ max: HOLDS_MAX + ids }),
    kind: fc.constantFrom<TransferKind>('single', 'pending', 'post', 'void', 'expire'),
    debit: fc.integer({ min: -1, max: PLACES - 1 }),
    credit: fc.integer({ min: -1, max: PLACES - 1 }),
    amount: fc.oneof(amount, fc.constantFrom(0n, -1n, 10n ** 15n + 1n)),
    pending: fc.oneof(fc.constant(null), hold),
    expires: fc.constantFrom(null, null, 0, 10),
    linked: link,
    reference: fc.constantFrom(null, 'pi_"1"\\', 'NULL'),
  });
  const draft = fc.oneof(
    { arbitrary: move, weight: 4 },
    { arbitrary: setAside, weight: 3 },
    { arbitrary: resolution, weight: 3 },
    { arbitrary: wrong, weight: 2 },
  );
  return fc.array(draft, { minLength: 1, maxLength: lengthMax, size: 'max' });
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
