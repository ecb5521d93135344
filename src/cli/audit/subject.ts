import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { baseUrlOf, keysFor, optionsOf, UsageError, type Terminal } from '@groundtruth/sdk/cli';
import { FeedClient, httpLogSource, type LogSource } from '@groundtruth/sdk/feeds';
import type { LogKeyset, Mode, ModeKeys } from '@groundtruth/sdk/protocol';
import { openKeyring } from '../../keyring.js';
import { loadConfig, type Config } from '../../platform/config/index.js';
import { createDataSource, UnitOfWork } from '../../platform/database/index.js';
import { KeyStore } from '../../platform/keys/index.js';
import { SystemClock } from '../../platform/time.js';
import { openDatabase } from '../reserves/open.js';
import type { AuditArguments } from './arguments.js';
import { databaseSource } from './database-source.js';
import { recordsIn, type Records } from './records.js';
import { cardsShown } from './shown.js';
import type { AuditState } from './state.js';

/** A log to be audited, and what must be in it. */
export interface Subject {
  readonly name: string;
  readonly keys: LogKeyset;
  readonly source: LogSource;
  /** Records whose leaf is not below `from`; all of them where only the audited says where they are. Ask before the log is read: what is written meanwhile is nobody's fault. */
  records(from: number): Promise<Records>;
}

type Ending = (() => Promise<unknown>)[];

/** A server as anyone, or as the holder of GROUNDTRUTH_API_KEY, sees it; else this machine's database. Null when there is none. */
export async function openSubject(
  asked: AuditArguments,
  terminal: Terminal,
  state: AuditState | null,
  ending: Ending,
): Promise<Subject | null> {
  const kept =
    state?.keys ??
    (asked.keys === null ? null : keysetOf(await keysFor(asked.mode, { baseUrl: asked.baseUrl ?? '' }, asked.keys)));
  return asked.baseUrl === null
    ? ofDatabase(asked.mode, loadConfig(terminal.env), kept, ending)
    : ofServer(asked.baseUrl, asked.mode, terminal, kept);
}

async function ofServer(baseUrl: string, mode: Mode, terminal: Terminal, kept: LogKeyset | null): Promise<Subject> {
  const { apiKey } = await optionsOf({ ...terminal, env: environmentFor(baseUrl, terminal.env) });
  const feeds = new FeedClient({ baseUrl, apiKey });
  return {
    name: baseUrl,
    keys: kept ?? keysetOf(await feeds.keys(mode)),
    source: httpLogSource({ baseUrl, mode }),
    records: async () => ({ expected: apiKey === undefined ? [] : await cardsShown(feeds), complete: null }),
  };
}

/** A key that was set together with the address of another server is for that one. @throws {UsageError} for a URL that is none. */
function environmentFor(baseUrl: string, env: Terminal['env']): Terminal['env'] {
  const { GROUNDTRUTH_URL: set, GROUNDTRUTH_API_KEY: key, ...others } = env;
  const isForIt = set === undefined || baseUrlOf(set) === baseUrlOf(baseUrl);
  return { ...others, GROUNDTRUTH_URL: baseUrl, ...(isForIt && key !== undefined && { GROUNDTRUTH_API_KEY: key }) };
}

async function ofDatabase(mode: Mode, config: Config, kept: LogKeyset | null, ending: Ending): Promise<Subject | null> {
  const url = await openDatabase(config, ending);
  if (url === null) return null;
  const dataSource = await createDataSource({ url, poolMax: 2, applicationName: 'groundtruth-audit' });
  ending.push(() => dataSource.destroy());
  const unitOfWork = new UnitOfWork(dataSource);
  const keys = kept ?? (await keysHere(config, mode));
  return {
    name: 'the database',
    keys,
    source: databaseSource(unitOfWork, mode, keys.origin),
    records: (from) => recordsIn(unitOfWork, mode, from),
  };
}

async function keysHere(config: Config, mode: Mode): Promise<LogKeyset> {
  const folder = join(resolve(config.DATA_DIR), 'keys');
  const there = await access(folder).then(() => true, () => false); // prettier-ignore
  if (!there) throw new UsageError('this machine has no keys: keep the answer of GET /v1/keys in a file (--keys)');
  const { public_keys } = await openKeyring(await KeyStore.open(folder), new SystemClock());
  return keysetOf(public_keys.find((one) => one.mode === mode)!);
}

const keysetOf = ({ mode, log }: ModeKeys): LogKeyset => ({ mode, ...log });
