import { ChainRefused } from './platform/chain/index.js';
import { ConfigError, loadConfig } from './platform/config/index.js';
import { untilStopSignal } from './platform/http/index.js';
import { createLogger } from './platform/telemetry/index.js';
import { startMarket } from './market.js';

/** `npm start`: the market as a server, until a stop signal. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLogger({ level: config.LOG_LEVEL, process: 'api' });
  const market = await startMarket({ config, log });
  log.info(
    { origin: market.origin, verifiers: market.verifiers.pids(), operator_keys: `${config.DATA_DIR}/keys` },
    'the market is open',
  );
  const signal = await untilStopSignal();
  log.info({ signal }, 'closing');
  await market.stop();
  log.info({}, 'closed');
}

main().catch((error: unknown) => {
  process.stderr.write(
    error instanceof ConfigError || error instanceof ChainRefused
      ? `${error.message}\n`
      : `${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = 1;
});
