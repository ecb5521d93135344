import type { IncomingHttpHeaders } from 'node:http';
import type { RawParameters } from './form.js';

export interface Request {
  readonly id: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly isV2: boolean;
  readonly headers: IncomingHttpHeaders;
  readonly raw: RawParameters;
  /** `platform` or the account of `Stripe-Account`. */
  readonly owner: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}
