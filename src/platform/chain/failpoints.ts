import { armedFailpoint, type Failpoint } from '../failpoint.js';

/** Every step boundary at which a drill may kill the process, in the order in which work meets them. */
export const FAILPOINTS = [
  'sender.enqueue.inserted',
  'sender.pump.locked',
  'sender.simulate.before',
  'sender.simulate.after',
  'sender.refuse.before_commit',
  'sender.refuse.after_commit',
  'sender.store.before',
  'sender.store.before_commit',
  'sender.store.after_commit',
  'sender.broadcast.before',
  'sender.broadcast.after',
  'sender.receipt.before',
  'sender.receipt.after',
  'sender.mined.before_commit',
  'sender.mined.after_commit',
  'sender.vanished.before_commit',
  'sender.vanished.after_commit',
  'sender.replace.before_commit',
  'sender.replace.after_commit',
  'sender.fill.before_commit',
  'sender.fill.after_commit',
  'sender.displace.before_commit',
  'sender.displace.after_commit',
  'sender.end.before_commit',
  'sender.end.after_commit',
  'watcher.poll.locked',
  'watcher.read.before',
  'watcher.read.after',
  'watcher.seen.before_commit',
  'watcher.seen.after_commit',
  'watcher.reorg.before_commit',
  'watcher.reorg.after_commit',
  'watcher.apply.before',
  'watcher.apply.before_commit',
  'watcher.apply.after_commit',
  'watcher.prune.after_commit',
] as const;

export type FailpointName = (typeof FAILPOINTS)[number];
export type ChainFailpoint = Failpoint<FailpointName>;

/** Of this process. Read from the environment and not from the configuration, because no user is to set it. */
export const failpoint: ChainFailpoint = armedFailpoint(process.env.FAILPOINT, FAILPOINTS);
