import { eventually } from '../../test/support/eventually.js';
import { every, sleep, withLimit } from './time.js';

describe('an interval', () => {
  it('never overlaps itself, and goes on after an error', async () => {
    let running = 0;
    let runs = 0;
    let overlapped = false;
    const errors: unknown[] = [];
    const interval = every(
      0,
      async () => {
        overlapped ||= ++running > 1;
        await sleep(3);
        running--;
        if (++runs % 2 === 0) throw new Error(`run ${runs}`);
      },
      (error) => errors.push(error),
    );
    await eventually(() => runs >= 5);
    await interval.stop();
    expect(overlapped).toBe(false);
    expect(errors.map(String).slice(0, 2)).toEqual(['Error: run 2', 'Error: run 4']);
  });

  it('waits for the run in progress when it is stopped, tells it, and never runs again', async () => {
    const seen: string[] = [];
    const run = async (signal: AbortSignal): Promise<void> => {
      await sleep(60_000, signal);
      seen.push(`ended, told: ${signal.aborted}`);
    };
    const interval = every(0, run, (error) => seen.push(String(error)));
    await interval.stop();
    await interval.stop();
    expect(seen).toEqual(['ended, told: true']);
  });
});

describe('a limit', () => {
  it('gives the result or the error of work that ends in time', async () => {
    await expect(withLimit(60_000, 'no end', Promise.resolve(1))).resolves.toBe(1);
    await expect(withLimit(60_000, 'no end', Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  it('says what did not end in time', async () => {
    await expect(withLimit(1, 'the handler did not end', new Promise(() => undefined))).rejects.toThrow(
      'the handler did not end within 1 ms',
    );
  });
});
