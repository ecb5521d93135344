/** Fewest independent contributors that are told of together. */
export const CONTRIBUTORS_MIN = 3;

const UNIT = 1_000_000n;
/** Micros: the prices up to which asks are counted. The same for everybody and for ever; the last is more than anybody asks. */
const BANDS: readonly bigint[] = [1n, 2n, 3n, 5n, 7n, 10n, 15n, 20n, 30n, 50n, 70n, 100n, 200n, 500n, 1_000n].map(
  (price) => price * UNIT,
);

/** The lowest ask of one contributor, and whom it is counted with. */
export interface Standing {
  /** Linked contributors share one: they count as one. */
  readonly cluster: string;
  /** Micros. */
  readonly price_min: bigint;
}

export interface DepthStep {
  readonly price_max: bigint;
  readonly contributors_min: number;
}

/**
 * How many independent contributors stand ready for at most the price of a band. A step is told only when it stands for at least
 * `CONTRIBUTORS_MIN` more who ask between the two prices, and counts by multiples of that: so no step, and no difference of two, is one
 * person's ask. Empty while there are fewer.
 */
export function depthOf(standing: readonly Standing[]): DepthStep[] {
  const lowest = new Map<string, bigint>();
  for (const { cluster, price_min } of standing) {
    const known = lowest.get(cluster);
    if (known === undefined || price_min < known) lowest.set(cluster, price_min);
  }
  const asks = [...lowest.values()];
  const steps: DepthStep[] = [];
  let [told, counted] = [0, 0];
  for (const price_max of BANDS) {
    const more = asks.filter((ask) => ask <= price_max).length - counted;
    if (more < CONTRIBUTORS_MIN) continue;
    told += more - (more % CONTRIBUTORS_MIN);
    counted += more;
    steps.push({ price_max, contributors_min: told });
  }
  return steps;
}
