import { expected } from './post.js';
import type { Planned, Sort } from './plan.js';
import { UNKNOWN_TYPES } from './told.js';

const FAULTS_MAX = 50;

/** What was posted and how it was answered. */
export class Tally {
  delivered = 0;
  reordered = 0;
  unknown_types = 0;
  accepted_forged = 0;
  wrong_answers = 0;
  readonly by_sort: Record<Sort, number> = { first: 0, replay: 0, forged: 0, untrue: 0 };
  readonly by_way: Record<string, number> = {};
  /** The first of what went wrong, in words. */
  readonly faults: string[] = [];
  /** Ids of events that were taken: genuine ones, and untrue ones. */
  readonly taken = new Set<string>();

  count(letter: Planned, answer: string): void {
    const { sort, way, event, is_reordered, body } = letter;
    this.delivered++;
    this.by_sort[sort]++;
    this.by_way[way] = (this.by_way[way] ?? 0) + 1;
    if (is_reordered) this.reordered++;
    if (sort === 'first' && UNKNOWN_TYPES.some((type) => body.includes(`"type": "${type}"`))) this.unknown_types++;
    if (sort === 'forged' && answer.startsWith('2')) this.accepted_forged++;
    if (event !== null) this.taken.add(event);
    if (answer === expected(letter)) return;
    this.wrong_answers++;
    this.blame(`${sort} ${way}: ${answer}, not ${expected(letter)}`);
  }

  blame(fault: string): void {
    if (this.faults.length < FAULTS_MAX) this.faults.push(fault);
  }
}
