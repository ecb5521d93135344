export { runInRequest } from './request-context.js';
export { createLogger, Log, silentLog, type LoggerOptions } from './logger.js';
export { NestLogger } from './nest-logger.js';
export { Metrics } from './metrics.js';
