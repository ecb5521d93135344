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
/** Does nothing, or ends the work at this point: by SIGKILL in a drill, by throwing in a test. */
export type Failpoint<Name extends string = FailpointName> = (name: Name) => void;

/**
 * The failpoint that `FAILPOINT=name[:n]` arms: the process kills itself with SIGKILL at the n-th pass (from 1, the default) of that
 * name, which is one of `names`. Without a setting it is an empty function.
 * @throws {Error} for a name that is in no list, or an n below 1: a drill that kills nothing would prove nothing.
 */
export function armedFailpoint<Name extends string = FailpointName>(
  setting: string | undefined,
  kill: () => void = () => process.kill(process.pid, 'SIGKILL'),
  names: readonly string[] = FAILPOINTS,
): Failpoint<Name> {
  if (!setting) return () => undefined;
  const [name, count = '1'] = setting.split(':');
  let left = Number(count);
  if (!names.some((known) => known === name)) throw new Error(`FAILPOINT names ${name}, which does not exist`);
  if (!Number.isInteger(left) || left < 1) throw new Error(`FAILPOINT counts from 1, not ${count}`);
  return (passed) => {
    if (passed === name && --left === 0) kill();
  };
}

/** Of this process. Read from the environment and not from the configuration, because no user is to set it. */
export const failpoint: Failpoint = armedFailpoint(process.env.FAILPOINT);
