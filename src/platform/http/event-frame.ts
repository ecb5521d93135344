import { assert } from '../../kernel/assert.js';

export interface StreamEvent {
  /** What a reader sends back as `Last-Event-ID` to go on after this event. */
  readonly id?: string;
  /** Kind of event; `message` when absent. */
  readonly event?: string;
  /** Usually JSON. May have lines. */
  readonly data: string;
}

/** One event as the bytes of a `text/event-stream`; encode once, send to every reader. */
export function eventFrame({ id, event, data }: StreamEvent): Buffer {
  const head = field('id', id) + field('event', event);
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return Buffer.from(`${head}${lines.join('')}\n`);
}

/** A line break in an id or a kind would begin another field: such a value never comes from a caller, so it is a bug. */
function field(name: string, value: string | undefined): string {
  if (value === undefined) return '';
  assert(!/[\r\n\0]/.test(value), `the ${name} of an event has a line break`);
  return `${name}: ${value}\n`;
}
