import { assert } from '../../../src/kernel/assert.js';
import type { PictureTensor, Tensor } from './inference.js';

export interface BatcherOptions {
  /** Pictures run together at most. */
  readonly size_max: number;
  /** How long the first of a batch waits for others, in milliseconds. */
  readonly deadline_ms: number;
  readonly wait: (ms: number) => Promise<unknown>;
}

type Run = (input: PictureTensor) => Promise<Record<string, Tensor>>;

interface Waiting {
  readonly input: PictureTensor;
  readonly resolve: (outputs: Record<string, Tensor>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs pictures of one size together: a full batch at once, others when the first has waited its deadline. For a GPU, which does four in little
 * more than the time of one; a CPU gains nothing. Each caller gets its own picture's outputs, or the error of its batch.
 */
export class Batcher {
  private waiting: Waiting[] = [];

  /** @param runAll a network whose first dimension, of input and outputs, is open. */
  constructor(
    private readonly runAll: Run,
    private readonly options: BatcherOptions,
  ) {}

  run(input: PictureTensor): Promise<Record<string, Tensor>> {
    assert(input.dims[0] === 1, 'pictures come one by one');
    const first = this.waiting[0];
    // Another size, or another kind of number, cannot share the batch that is being filled.
    if (first && !fitsBeside(first.input, input)) this.flush();
    return new Promise((resolve, reject) => {
      this.waiting.push({ input, resolve, reject });
      if (this.waiting.length >= this.options.size_max) this.flush();
      else if (this.waiting.length === 1) this.flushLater(this.waiting);
    });
  }

  private flushLater(batch: Waiting[]): void {
    void this.options.wait(this.options.deadline_ms).then(() => {
      if (this.waiting === batch) this.flush();
    });
  }

  private flush(): void {
    const batch = this.waiting;
    this.waiting = [];
    this.runAll(joined(batch.map(({ input }) => input))).then(
      (outputs) => batch.forEach(({ resolve }, i) => resolve(partOf(outputs, i, batch.length))),
      (error: unknown) => batch.forEach(({ reject }) => reject(error)),
    );
  }
}

function fitsBeside(a: PictureTensor, b: PictureTensor): boolean {
  return a.dims.join() === b.dims.join() && a.data.constructor === b.data.constructor;
}

function joined(inputs: readonly PictureTensor[]): PictureTensor {
  const [first] = inputs;
  assert(first, 'a batch is never empty');
  if (inputs.length === 1) return first;
  const size = first.data.length;
  const data = first.data instanceof Uint8Array ? new Uint8Array(size * inputs.length) : new Float32Array(size * inputs.length); // prettier-ignore
  inputs.forEach((input, i) => data.set(input.data, i * size));
  return { data, dims: [inputs.length, ...first.dims.slice(1)] };
}

function partOf(outputs: Record<string, Tensor>, index: number, of: number): Record<string, Tensor> {
  const parts = Object.entries(outputs).map(([name, { data, dims }]) => {
    const size = data.length / of;
    return [name, { data: data.subarray(index * size, (index + 1) * size), dims: [1, ...dims.slice(1)] }] as const;
  });
  return Object.fromEntries(parts);
}
