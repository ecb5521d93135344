/** A transition table: state → event → next state. A missing pair is illegal. */
export type Transitions<S extends string, E extends string> = Readonly<Record<S, Partial<Readonly<Record<E, S>>>>>;

/** The states from which `event` may happen, with where each leads. */
export function edgesOf<S extends string, E extends string>(table: Transitions<S, E>, event: E): { from: S; to: S }[] {
  return (Object.keys(table) as S[]).flatMap((from) => {
    const to = table[from][event];
    return to === undefined ? [] : [{ from, to }];
  });
}
