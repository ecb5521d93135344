import { FAILPOINTS, type FailpointName } from '../../../src/platform/chain/failpoints.js';

/** Step boundaries of the rail around those that the chain's own failpoints name. `rail`: what the market asks of it. */
const RAIL_POINTS = [
  'rail.offer.before_commit',
  'rail.offer.after_commit',
  'rail.hold.before_commit',
  'rail.hold.after_commit',
  'rail.settle.before_commit',
  'rail.settle.after_commit',
  'rail.refund.before_commit',
  'rail.refund.after_commit',
  'dispatch.release.before_commit',
  'dispatch.release.after_commit',
  'dispatch.close.before_commit',
  'dispatch.close.after_commit',
  'releaser.release.before',
  'releaser.release.after',
  'releaser.batch.before',
  'releaser.batch.after',
  'releaser.closing.before',
  'releaser.closing.after',
] as const;

/** Every step boundary at which a round may kill. */
export const POINTS = [...FAILPOINTS, ...RAIL_POINTS] as const;
export type Point = FailpointName | (typeof RAIL_POINTS)[number];

/** What can happen to a round besides its kill. */
export const FAULTS = [
  'drop',
  'spike',
  'reorg',
  'twin',
  'outage',
  'lost_answer',
  'hole',
  'displace',
  'poor',
  'stranger',
] as const;
export type Fault = (typeof FAULTS)[number];

/** Points that are passed only when something goes wrong, and what brings them about. */
const BROUGHT_BY: readonly (readonly [string, Fault])[] = [
  ['sender.refuse.', 'poor'],
  ['sender.vanished.', 'reorg'],
  ['sender.replace.', 'spike'],
  ['sender.fill.', 'hole'],
  ['sender.displace.', 'displace'],
  ['watcher.reorg.', 'reorg'],
];

/** Null: it is passed whatever happens. */
export function faultFor(point: Point): Fault | null {
  return BROUGHT_BY.find(([prefix]) => point.startsWith(prefix))?.[1] ?? null;
}

/** Passed in every turn of a process. */
const FREQUENT: readonly Point[] = [
  'sender.pump.locked',
  'sender.receipt.before',
  'watcher.poll.locked',
  'watcher.read.before',
  'watcher.read.after',
  'watcher.seen.before_commit',
  'watcher.seen.after_commit',
  'watcher.prune.after_commit',
];
const FREQUENT_PASSES = 12;
/** Passed by each of three transactions or logs at least: funding, release, close. */
const THRICE = /^sender\.(enqueue|simulate|store|broadcast|mined|end)\.|^sender\.receipt\.after|^watcher\.apply\./;
const THRICE_PASSES = 3;

/** How often a process that is alone passes the point in any round, at least. */
export function passesOf(point: Point): number {
  if (FREQUENT.includes(point)) return FREQUENT_PASSES;
  return THRICE.test(point) ? THRICE_PASSES : 1;
}
