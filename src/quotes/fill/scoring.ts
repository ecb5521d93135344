/**
 * How far stated probabilities are from what happened: predictions are put into `bins` bins of equal width, and the distance between
 * the mean prediction and the share that came true is averaged over the bins, weighted by how many predictions each has. 0 is perfect.
 * Null when there is nothing to score.
 */
export function expectedCalibrationError(
  predictions: readonly number[],
  outcomes: readonly boolean[],
  bins = 10,
): number | null {
  if (predictions.length === 0) return null;
  const sums = Array.from({ length: bins }, () => ({ stated: 0, came: 0 }));
  predictions.forEach((stated, n) => {
    const bin = sums[Math.min(bins - 1, Math.floor(stated * bins))]!;
    bin.stated += stated;
    bin.came += Number(outcomes[n]);
  });
  return sums.reduce((error, { stated, came }) => error + Math.abs(stated - came), 0) / predictions.length;
}

/** Mean squared distance of predictions from outcomes. Null when there is nothing to score. */
export function brierScore(predictions: readonly number[], outcomes: readonly boolean[]): number | null {
  if (predictions.length === 0) return null;
  const squares = predictions.map((stated, n) => (stated - Number(outcomes[n])) ** 2);
  return squares.reduce((sum, square) => sum + square, 0) / squares.length;
}

/**
 * How much better than always saying `baseRate` (the share that came true in the training set): 1 is perfect, 0 no better, below 0 worse.
 * Null when there is nothing to score, or when the base rate already is perfect.
 */
export function brierSkill(
  predictions: readonly number[],
  outcomes: readonly boolean[],
  baseRate: number,
): number | null {
  const [own, base] = [
    brierScore(predictions, outcomes),
    brierScore(
      predictions.map(() => baseRate),
      outcomes,
    ),
  ];
  return own === null || base === null || base === 0 ? null : 1 - own / base;
}
