import 'reflect-metadata';
import { join, resolve } from 'node:path';
import { MODES } from '@groundtruth/sdk/protocol';
import { AppModule, type Parts } from './app.module.js';
import { openCards, type Cards } from './card.js';
import { openChains, type Chains } from './chain.js';
import { Background } from './background.js';
import { IdentityService } from './identity/index.js';
import { openKeyring, type Keyring } from './keyring.js';
import type { Clock } from './kernel/clock.js';
import type { Config } from './platform/config/index.js';
import { createDataSource, migrate, UnitOfWork } from './platform/database/index.js';
import { startPostgres } from './platform/embedded/postgres.js';
import type { StripeSimulator } from './platform/embedded/stripe-simulator/index.js';
import { createHttpApp, PublicAddress, Readiness, type HttpApp } from './platform/http/index.js';
import { KeyStore } from './platform/keys/index.js';
import { Outbox, OutboxRelay } from './platform/outbox/index.js';
import {
  BullmqQueue,
  ensureVerifierRole,
  migrateQueues,
  verifierUrl,
  type QueueConnection,
} from './platform/queue/index.js';
import { createStorage } from './platform/storage/index.js';
import { Metrics, type Log } from './platform/telemetry/index.js';
import { SanctionsSource } from './policy/index.js';
import { MovableClock } from './platform/movable-clock.js';
import { SystemClock } from './platform/time.js';
import { takeUpClock } from './sandbox/index.js';
import { Sequencer, TransparencyLog, TransparencyRepository, Witnesses, witnessesOf } from './transparency/index.js';
import { ensureReleaserRole, releaserUrl, startReleaserProcess, type Releaser } from './releaser.js';
import { startVerifiers, type Verifiers } from './verifiers.js';

/** A running market: api, background work, and whatever it had to bring itself. */
export interface Market {
  readonly origin: string;
  readonly keyring: Keyring;
  readonly background: Background;
  readonly http: HttpApp;
  readonly verifiers: Verifiers;
  /** The embedded card processor; null without one. */
  readonly stripe: StripeSimulator | null;
  /** JSON-RPC of the embedded chain; null without one. */
  readonly chain_url: string | null;
  /** Ends in order: no new requests, work in hand finished or handed back, then the parts this process started. Repeatable. */
  stop(): Promise<void>;
}

export interface MarketOptions {
  readonly config: Config;
  readonly log: Log;
  /** Default: the machine's clock, which agents can move where `SANDBOX_CLOCK` is on. */
  readonly clock?: Clock;
}

/** Starts the whole market. What the configuration does not name (database, queue, storage, verifiers) is brought along. */
export async function startMarket({ config, log, clock = clockOf(config) }: MarketOptions): Promise<Market> {
  const ending: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (let end = ending.pop(); end; end = ending.pop()) await end();
  };
  try {
    return await assemble({ config, log, clock }, ending, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(
  { config, log, clock }: Required<MarketOptions>,
  ending: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<Market> {
  const dataDir = resolve(config.DATA_DIR);
  const database_url = config.DATABASE_URL ?? (await embeddedDatabase(config, log, ending));
  const keyring = await openKeyring(await KeyStore.open(join(dataDir, 'keys')), clock);
  const dataSource = await createDataSource({
    url: database_url,
    poolMax: config.DATABASE_POOL_MAX,
    applicationName: 'groundtruth-api',
  });
  ending.push(() => dataSource.destroy());
  await migrate(dataSource);
  await migrateQueues(dataSource);
  await ensureVerifierRole(dataSource, keyring.verifier_password);
  await ensureReleaserRole(dataSource, keyring.releaser_password);

  const queueConnection: QueueConnection = config.REDIS_URL
    ? { redis_url: config.REDIS_URL }
    : { postgres_url: database_url };
  const address = new PublicAddress(config);
  const unitOfWork = new UnitOfWork(dataSource, clock);
  await takeUpClock(unitOfWork, clock);
  const chains = await openChains({ config, log, keyring, unitOfWork, database_url }, ending);
  const cards = await openCards({ config, log, clock }, ending);
  const systems = { chains, cards };
  const parts = assembleParts(config, log, clock, keyring, database_url, unitOfWork, queueConnection, address, systems);
  const metrics = metricsOf(config);
  const http = await createHttpApp(AppModule.of(parts), { config, log, clock, metrics, address });
  metrics.gauge('policy_sanctions_list_age_seconds', 'Age of the sanctions list; NaN without one', () => {
    return http.app.get(SanctionsSource, { strict: false }).age_s ?? Number.NaN;
  });
  const background = new Background(http.app, parts, config, log);
  ending.push(() => background.stop());
  ending.push(() => http.close());
  await http.app.init();
  http.app.get(Readiness).add('database', () => dataSource.query('SELECT 1'));

  for (const mode of config.SANDBOX_CLOCK === 'on' ? (['test'] as const) : MODES)
    await http.app.get(IdentityService).installOperatorKey(mode, keyring.operator_keys[mode]);
  await background.start();
  const origin = await http.listen();
  cards.listensAt(origin);
  const verifiers = startVerifiers({
    config,
    log,
    keyring,
    database_url: verifierUrl(database_url, keyring.verifier_password),
    dataDir,
  });
  ending.push(() => verifiers.stop());
  const releaser = startReleaser(config, log, keyring, database_url, chains);
  ending.push(() => releaser.stop());
  const chain_url = chains.embedded?.url ?? null;
  return { origin, keyring, background, http, verifiers, stripe: cards.simulator, chain_url, stop };
}

const clockOf = ({ SANDBOX_CLOCK }: Config): Clock => (SANDBOX_CLOCK === 'on' ? new MovableClock() : new SystemClock());

/** Beside the api, and never in it: what holds the release keys hears no request. */
function startReleaser(
  config: Config,
  log: Log,
  keyring: Keyring,
  database_url: string,
  { escrows }: Chains,
): Releaser {
  return startReleaserProcess({
    config,
    log,
    key_files: keyring.release_key_files,
    chains: { test: escrows.test?.view ?? null, live: escrows.live?.view ?? null },
    verdict_signers: keyring.verdict_signers,
    database_url: releaserUrl(database_url, keyring.releaser_password),
  });
}

function assembleParts(
  config: Config,
  log: Log,
  clock: Clock,
  keyring: Keyring,
  database_url: string,
  unitOfWork: UnitOfWork,
  queue: QueueConnection,
  address: PublicAddress,
  systems: { readonly chains: Chains; readonly cards: Cards },
): Parts {
  const relay = new OutboxRelay({
    url: database_url,
    clock,
    on_error: (error, row) =>
      log.error({ err: error, outbox: row?.id }, 'an outbox event was not dispatched and will be tried again'),
  });
  const outbox = new Outbox(clock, () => relay.kick());
  const repository = new TransparencyRepository();
  const origins = { test: keyring.checkpoint_signers.test.origin, live: keyring.checkpoint_signers.live.origin };
  const sequencer = new Sequencer({
    unitOfWork,
    repository,
    clock,
    signers: keyring.checkpoint_signers,
    announce: async (tx, { mode, size }) => void (await outbox.append(tx, { type: 'log.checkpoint', mode, size })),
    onFailure: (error, mode) =>
      log.error({ err: error, mode }, 'a checkpoint could not be signed and will be tried again'),
  });
  const transparency = new TransparencyLog(repository, origins, clock);
  const witnesses = new Witnesses(
    {
      unitOfWork,
      log: transparency,
      clock,
      onFailure: (error, witness, mode) =>
        log.warn({ err: error, witness, mode }, 'a witness did not cosign and will be asked again'),
    },
    witnessesOf(config.LOG_WITNESSES),
  );
  return {
    clock,
    keyring,
    unitOfWork,
    outbox,
    sequencer,
    log: transparency,
    witnesses,
    relay,
    ...systems,
    queue: new BullmqQueue(queue),
    storage: createStorage({ config, clock, address, secret: keyring.storage_secret }),
  };
}

async function embeddedDatabase(config: Config, log: Log, ending: (() => Promise<unknown>)[]): Promise<string> {
  const postgres = await startPostgres({
    dataDir: join(resolve(config.DATA_DIR), 'postgres'),
    ...(config.EMBEDDED_POSTGRES_PORT === undefined ? {} : { port: config.EMBEDDED_POSTGRES_PORT }),
    log: (message) => log.debug({ part: 'postgres' }, message),
  });
  ending.push(() => postgres.stop());
  return postgres.url;
}

/** The registry, with what this instance checks content with. */
function metricsOf(config: Config): Metrics {
  const metrics = new Metrics({ process: true });
  metrics.gauge('verification_detectors', 'Object detectors that must agree', () =>
    config.SECOND_DETECTOR === 'none' ? 1 : 2,
  );
  metrics.gauge('verification_open_vocabulary', '1 when criteria in free words are answered', () =>
    config.OPEN_VOCABULARY_CARD === undefined ? 0 : 1,
  );
  return metrics;
}
