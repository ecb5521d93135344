/** @jest-environment ./test/support/inference-environment.cjs */
import { loadNetwork } from './inference.js';
import { loadOnGpu, loadPictureNetwork } from './picture-network.js';
import { IMAGENET, PLAIN } from './planes.js';
import { tinyOnnx } from './tiny-onnx.fixture.js';

/** Answers the mean of each plane. */
const means = (batch: number | string): Buffer =>
  tinyOnnx({
    inputs: { picture: { shape: [batch, 3, 4, 4] } },
    outputs: { mean: [batch, 3] },
    nodes: [{ op: 'ReduceMean', inputs: ['picture'], outputs: ['mean'], attributes: { axes: [2, 3], keepdims: 0 } }],
  });
const OPEN = means('N');
const rgb = (seed: number): Buffer => Buffer.from(Array.from({ length: 48 }, (_, i) => (seed * 31 + i * 7) % 256));
const never = { size_max: 3, deadline_ms: 1, wait: () => new Promise(() => undefined) };

describe('a network fed as on a GPU', () => {
  it('answers the same from bytes as the CPU from planes', async () => {
    for (const normalisation of [PLAIN, IMAGENET]) {
      const onCpu = await loadPictureNetwork(OPEN, normalisation, ['cpu']);
      const onGpu = await loadOnGpu(OPEN, normalisation, 'cpu');
      const [expected, found] = [await onCpu.look(rgb(1), 4, 4), await onGpu.look(rgb(1), 4, 4)];
      expect(found.mean!.dims).toEqual([1, 3]);
      found.mean!.data.forEach((value, i) => expect(value).toBeCloseTo(expected.mean!.data[i]!, 3));
    }
  });

  it('runs pictures together and gives each caller its own', async () => {
    const onCpu = await loadPictureNetwork(OPEN, PLAIN, ['cpu']);
    const onGpu = await loadOnGpu(OPEN, PLAIN, 'cpu', never);
    const seeds = [1, 2, 3];
    const found = await Promise.all(seeds.map((seed) => onGpu.look(rgb(seed), 4, 4)));
    for (const [i, seed] of seeds.entries()) {
      const expected = await onCpu.look(rgb(seed), 4, 4);
      found[i]!.mean!.data.forEach((value, k) => expect(value).toBeCloseTo(expected.mean!.data[k]!, 3));
    }
  });

  it('takes pictures one by one where the network has a fixed first dimension', async () => {
    const fixed = means(1);
    expect([(await loadNetwork(fixed, ['cpu'])).takes_batches, (await loadNetwork(OPEN, ['cpu'])).takes_batches]).toEqual([false, true]); // prettier-ignore
    const network = await loadOnGpu(fixed, PLAIN, 'cpu', never);
    expect((await network.look(rgb(4), 4, 4)).mean!.dims).toEqual([1, 3]);
  });

  it('falls back to the next provider, and says why when none works', async () => {
    const network = await loadPictureNetwork(OPEN, PLAIN, ['cuda', 'cpu']).catch((error: unknown) => error);
    expect(network).toMatchObject({ provider: expect.stringMatching(/cpu|cuda/) });
    await expect(loadPictureNetwork(Buffer.from('no network'), PLAIN, ['cpu'])).rejects.toThrow(/cpu: /);
  });
});
