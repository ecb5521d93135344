const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Resolves at the first stop signal. A second one ends the process at once, for whoever does not want to wait. */
export function untilStopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of STOP_SIGNALS) {
      process.once(signal, () => {
        for (const again of STOP_SIGNALS) process.once(again, () => process.exit(1));
        resolve(signal);
      });
    }
  });
}
