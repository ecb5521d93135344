/** Scores and boxes go into signed verdicts with four digits: more would only record which processor ran the network. */
export function rounded(value: number): number {
  return Math.min(1, Math.max(0, Math.round(value * 10_000) / 10_000));
}
