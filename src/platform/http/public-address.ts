import type { Config } from '../config/index.js';

/** The origin callers reach this api at: `PUBLIC_URL`, or the address it listens on, known for certain once it listens. */
export class PublicAddress {
  private listening: string;

  constructor(private readonly config: Pick<Config, 'PUBLIC_URL' | 'HOST' | 'PORT'>) {
    this.listening = originOf(config.HOST, config.PORT);
  }

  /** Without a closing slash. */
  get origin(): string {
    return this.config.PUBLIC_URL ?? this.listening;
  }

  /** Says which port the system gave; it matters when PORT is 0. */
  listensOn(port: number): void {
    this.listening = originOf(this.config.HOST, port);
  }
}

/** A wildcard address is no destination; whoever listens on all of them can be reached on the loopback one. */
function originOf(host: string, port: number): string {
  const reachable = { '0.0.0.0': '127.0.0.1', '::': '[::1]', '::1': '[::1]' }[host] ?? host;
  return `http://${reachable}:${port}`;
}
