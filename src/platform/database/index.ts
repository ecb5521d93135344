export { createDataSource, type DataSourceOptions, NO_WAIT_FOR_DISK, urlOf } from './data-source.js';
export { type Answer, type Command, purgeIdempotencyKeys } from './idempotency.js';
export { migrate } from './migrate.js';
export { onCommit } from './on-commit.js';
export { isOutage } from './outage.js';
export { sql, sqlCount, sqlOne, type Tx } from './sql.js';
export { columnTypes } from './types.js';
export { type TransactionOptions, UnitOfWork } from './unit-of-work.js';
