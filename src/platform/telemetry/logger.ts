import { pino, type DestinationStream, type LevelWithSilent } from 'pino';
import { currentRequest } from './request-context.js';
import { REDACTED_PATHS, withoutSecrets } from './redaction.js';

/** The log, as code that writes to it sees it: facts first, then one sentence. A pino logger is one. */
export abstract class Log {
  abstract debug(facts: object, message?: string): void;
  abstract info(facts: object, message?: string): void;
  abstract warn(facts: object, message?: string): void;
  abstract error(facts: object, message?: string): void;
  abstract fatal(facts: object, message?: string): void;
  abstract child(bindings: Record<string, unknown>): Log;
}

export interface LoggerOptions {
  readonly level: LevelWithSilent;
  /** Which process speaks, e.g. `api` or `verifier`. */
  readonly process: string;
  /** Where lines go; standard output when absent. */
  readonly destination?: DestinationStream;
}

/** A logger of JSON lines: `time` in RFC 3339, the request id of the request being served, and no secrets. An `err` fact keeps its stack and causes. */
export function createLogger({ level, process, destination }: LoggerOptions): Log {
  const options = {
    level,
    base: { process },
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: pino.stdSerializers.errWithCause },
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    mixin: () => currentRequest() ?? {},
    hooks: { streamWrite: withoutSecrets },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** A log that keeps nothing, for tests of code that must be given one. */
export const silentLog: Log = createLogger({ level: 'silent', process: 'silent' });
