import type { Id, ObservationRecord } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../src/kernel/clock.js';
import { mintId } from '../../src/kernel/ids.js';
import { ObservationsRepository } from '../../src/feeds/observations/observations.repository.js';
import { RevisionsRepository, type NewObservation } from '../../src/feeds/revisions/revisions.repository.js';
import { sql, type Tx, type UnitOfWork } from '../../src/platform/database/index.js';

export const HOUR_MS = 3_600_000;
export const NOON: Instant = Date.parse('2026-11-21T12:00:00Z');
/** Near Nagasaki. */
export const COARSE_CELL = '8530c2effffffff';

/** An observation as nobody made it, for questions about the feed alone: no capture or bounty is behind it, and its proof proves nothing. */
export function bareObservation(change: Partial<NewObservation> = {}): NewObservation {
  const id = mintId('observation');
  return {
    id,
    mode: 'test',
    capture_id: 'cap_bare' as Id<'capture'>,
    bounty_id: 'bty_bare' as Id<'bounty'>,
    contributor_id: 'ctr_bare' as Id<'contributor'>,
    funder_id: 'agt_funder' as Id<'agent'>,
    funders: null,
    kind: 'photo',
    record: { capture_commitments: [] } as unknown as ObservationRecord,
    salt: '5a'.repeat(32),
    commitment: 'ab'.repeat(32),
    coarse_cell: COARSE_CELL,
    hour: NOON,
    tier: 'signed',
    independent_captures: 1,
    chain_id: id,
    revision: 1,
    revises: null,
    revision_cause: null,
    price: 10_000n,
    currency: 'USD',
    resale: true,
    embargo_until: 0,
    created_at: NOON,
    ...change,
  };
}

/** Publishes bare observations, in one transaction, as the publisher would at this moment. Only a superuser may: foreign keys are off in it. */
export async function publish(
  unitOfWork: UnitOfWork,
  rows: readonly NewObservation[],
  at: Instant = NOON + HOUR_MS,
): Promise<Id<'observation'>[]> {
  await unitOfWork.run(async (tx: Tx) => {
    await sql(tx, 'SET LOCAL session_replication_role = replica');
    for (const row of rows) {
      await new RevisionsRepository().insert(tx, row);
      await new ObservationsRepository().publish(tx, row.id, row.mode, 0, at);
    }
  });
  return rows.map(({ id }) => id);
}
