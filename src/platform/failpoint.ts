/** Does nothing, or ends the work at this point: by SIGKILL in a drill, by throwing in a test. */
export type Failpoint<Name extends string> = (name: Name) => void;

/**
 * The failpoint that `FAILPOINT=name[:n]` arms: the process kills itself with SIGKILL at the n-th pass (from 1, the default) of that
 * name, which is one of `names`. Without a setting it is an empty function.
 * @throws {Error} for a name that is in no list, or an n below 1: a drill that kills nothing would prove nothing.
 */
export function armedFailpoint<Name extends string>(
  setting: string | null | undefined,
  names: readonly Name[],
  kill: () => void = () => process.kill(process.pid, 'SIGKILL'),
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
