import type { LoggerService } from '@nestjs/common';
import type { Log } from './logger.js';

/** Lets Nest, which names its contexts and passes stacks as plain arguments, write into our log. */
export class NestLogger implements LoggerService {
  constructor(private readonly target: Log) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  /** Nest passes `(message, [stack], context)`; a message can also be an Error or a plain object. */
  private write(level: 'debug' | 'info' | 'warn' | 'error' | 'fatal', message: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    const stack = rest.length > 1 ? rest[0] : undefined;
    const facts = {
      ...(typeof context === 'string' && { context }),
      ...(stack !== undefined && { stack }),
      ...(message instanceof Error && { err: message }),
      ...(isPlain(message) && message),
    };
    this.target[level](
      facts,
      message instanceof Error ? message.message : isPlain(message) ? undefined : String(message),
    );
  }
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Error);
}
