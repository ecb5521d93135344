/** Seeded randomness: the same parts give the same numbers, 0 to 1, in every process. mulberry32 (public domain, T. Ettinger). */
export function randomOf(...parts: readonly number[]): () => number {
  let state = parts.reduce((mixed, part) => Math.imul(mixed ^ part, 0x9e3779b1) >>> 0, 0x85ebca6b);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
