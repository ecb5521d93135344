/** Standard normal numbers, the same for the same seed in every process: draws must not change between two readings of a model. */
export function seededNormals(seed: number): () => number {
  const uniform = splitmix(seed);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** splitmix32: 0 inclusive to 1 exclusive. */
function splitmix(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Six digits: enough for a probability, and a stored model of tens of kilobytes. */
export const brief = (value: number): number => Number(value.toPrecision(6));
