import { DataSource } from 'typeorm';
import { asOutage } from './outage.js';
import { columnTypes } from './types.js';

const CONNECT_MS_MAX = 5_000;
/** The server gives up first, so that its reason reaches us; the driver's own limit is for a server that has vanished. */
const STATEMENT_MS_MAX = 30_000;
const ANSWER_MS_MAX = 35_000;
const IDLE_IN_TRANSACTION_MS_MAX = 60_000;

/** Startup option of a connection none of whose commits waits for the disk. */
export const NO_WAIT_FOR_DISK = '-c synchronous_commit=off';

export interface DataSourceOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** Connections held at most by this process. */
  readonly poolMax: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /**
   * Default `durable`: a commit waits for the disk. `ordered` does not: a crash of the server may undo the last moments, but only
   * together with everything that anybody committed after them. For what is found out again.
   */
  readonly commits?: 'durable' | 'ordered';
}

/**
 * A connected pool. It survives a restart of the server: statements in flight fail with `dependency_unavailable`, later ones connect anew.
 * @throws {DomainError} `dependency_unavailable` when no connection can be made now.
 */
export async function createDataSource({
  url,
  poolMax,
  applicationName,
  commits = 'durable',
}: DataSourceOptions): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    applicationName,
    poolSize: poolMax,
    connectTimeoutMS: CONNECT_MS_MAX,
    entities: [],
    synchronize: false,
    logging: false,
    poolErrorHandler: () => undefined, // An idle connection was lost; the pool has dropped it and makes another when asked.
    extra: {
      types: columnTypes,
      keepAlive: true,
      statement_timeout: STATEMENT_MS_MAX,
      query_timeout: ANSWER_MS_MAX,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS_MAX,
      ...(commits === 'ordered' ? { options: NO_WAIT_FOR_DISK } : {}),
    },
  });
  try {
    return await dataSource.initialize();
  } catch (error) {
    throw asOutage(error);
  }
}

/** The address a data source was made with, for a dedicated connection. Holds the password. */
export function urlOf(dataSource: DataSource): string {
  return (dataSource.options as { url: string }).url;
}
