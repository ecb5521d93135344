import fc from 'fast-check';
import { Batcher } from './batcher.js';
import type { PictureTensor, Tensor } from './inference.js';

/** A network that doubles every number, and writes down how many pictures it got at once. */
function doubling(sizes: number[]) {
  return async ({ data, dims }: PictureTensor): Promise<Record<string, Tensor>> => {
    sizes.push(dims[0]!);
    return { out: { data: Float32Array.from(data, (value) => value * 2), dims } };
  };
}
const picture = (value: number, width = 2): PictureTensor => ({ data: new Float32Array(width).fill(value), dims: [1, width] }); // prettier-ignore

/** A deadline that passes when the test says so. */
function deadline() {
  const waits: (() => void)[] = [];
  return { wait: () => new Promise<void>((resolve) => waits.push(resolve)), pass: () => waits.splice(0).forEach((end) => end()) }; // prettier-ignore
}

describe('a batcher', () => {
  it('runs a full batch at once', async () => {
    const sizes: number[] = [];
    const batcher = new Batcher(doubling(sizes), { size_max: 2, deadline_ms: 5, wait: deadline().wait });
    const [first, second] = await Promise.all([batcher.run(picture(1)), batcher.run(picture(2))]);
    expect([[...first!.out!.data], [...second!.out!.data], first!.out!.dims]).toEqual([
      [2, 2],
      [4, 4],
      [1, 2],
    ]);
    expect(sizes).toEqual([2]);
  });

  it('runs fewer when the first has waited long enough, and starts a new batch after', async () => {
    const sizes: number[] = [];
    const clock = deadline();
    const batcher = new Batcher(doubling(sizes), { size_max: 8, deadline_ms: 5, wait: clock.wait });
    const early = [batcher.run(picture(1)), batcher.run(picture(2)), batcher.run(picture(3))];
    clock.pass();
    await Promise.all(early);
    const late = batcher.run(picture(4));
    clock.pass();
    expect([...(await late).out!.data]).toEqual([8, 8]);
    expect(sizes).toEqual([3, 1]);
  });

  it('keeps a deadline that belongs to a batch already run away from the next', async () => {
    const sizes: number[] = [];
    const clock = deadline();
    const batcher = new Batcher(doubling(sizes), { size_max: 2, deadline_ms: 5, wait: clock.wait });
    await Promise.all([batcher.run(picture(1)), batcher.run(picture(2))]);
    clock.pass();
    const waiting = batcher.run(picture(3));
    const together = batcher.run(picture(4));
    await Promise.all([waiting, together]);
    expect(sizes).toEqual([2, 2]);
  });

  it('runs pictures of one size and kind of number only', async () => {
    const sizes: number[] = [];
    const clock = deadline();
    const batcher = new Batcher(doubling(sizes), { size_max: 8, deadline_ms: 5, wait: clock.wait });
    const bytes = { data: Uint8Array.of(5, 5, 5), dims: [1, 3] };
    const all = [batcher.run(picture(1, 2)), batcher.run(picture(2, 3)), batcher.run(bytes), batcher.run(bytes)];
    clock.pass();
    expect((await Promise.all(all)).map(({ out }) => out!.data[0])).toEqual([2, 4, 10, 10]);
    expect(sizes).toEqual([1, 1, 2]);
  });

  it('tells every caller of a batch that it failed, and goes on', async () => {
    let broken = true;
    const run = async (input: PictureTensor) => {
      if (broken) throw new Error('the GPU is gone');
      return doubling([])(input);
    };
    const batcher = new Batcher(run, { size_max: 2, deadline_ms: 5, wait: deadline().wait });
    const both = await Promise.allSettled([batcher.run(picture(1)), batcher.run(picture(2))]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    broken = false;
    const again = await Promise.all([batcher.run(picture(1)), batcher.run(picture(2))]);
    expect(again).toHaveLength(2);
  });

  it('gives everybody their own answer, however many come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(1_000), { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        async (values, size_max) => {
          const sizes: number[] = [];
          const batcher = new Batcher(doubling(sizes), { size_max, deadline_ms: 0, wait: () => Promise.resolve() });
          const answers = await Promise.all(values.map((value) => batcher.run(picture(value))));
          expect(answers.map(({ out }) => out!.data[0])).toEqual(values.map((value) => value * 2));
          expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(values.length);
          expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(size_max);
        },
      ),
    );
  });
});
