import { Waits } from './waits.js';

const still = new AbortController().signal;

describe('a request that waits', () => {
  it('is answered once what it waits for is there', async () => {
    let looks = 0;
    await new Waits().until({ wait_s: 60, gone: still }, () => Promise.resolve(++looks === 3));
    expect(looks).toBe(3);
  });

  it('is answered at once without a wait, and does not look', async () => {
    const look = () => Promise.reject(new Error('looked'));
    await expect(new Waits().until({ wait_s: 0, gone: still }, look)).resolves.toBeUndefined();
  });

  it.each(['the caller hangs up', 'the process stops'])('ends when %s', async (what) => {
    const [waits, gone] = [new Waits(), new AbortController()];
    const ended = waits.until({ wait_s: 60, gone: gone.signal }, () => Promise.resolve(false));
    if (what === 'the process stops') waits.stop();
    else gone.abort();
    await expect(ended).resolves.toBeUndefined();
  });

  it('ends when its time is over', async () => {
    await expect(new Waits().until({ wait_s: 1, gone: still }, () => Promise.resolve(false))).resolves.toBeUndefined();
  });

  it('is answered at once where as many wait as may', async () => {
    const waits = new Waits();
    const crowd = Array.from({ length: 500 }, () =>
      waits.until({ wait_s: 60, gone: still }, () => Promise.resolve(false)),
    );
    const look = () => Promise.reject(new Error('looked'));
    await expect(waits.until({ wait_s: 60, gone: still }, look)).resolves.toBeUndefined();
    waits.stop();
    await Promise.all(crowd);
  });

  it('gives up its place when a look fails', async () => {
    const waits = new Waits();
    await expect(waits.until({ wait_s: 60, gone: still }, () => Promise.reject(new Error('down')))).rejects.toThrow(
      'down',
    );
  });
});
