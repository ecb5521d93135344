import type { Tensor } from './inference.js';

/**
 * Interleaved RGB bytes as the three planes of a network's input, [1, 3, height, width]: `(value / divisor - mean) / deviation`
 * for each channel.
 */
export function planesOf(rgb: Uint8Array, width: number, height: number, scale: Normalisation): Tensor {
  const size = width * height;
  const data = new Float32Array(3 * size);
  for (let channel = 0; channel < 3; channel++) {
    const mean = scale.mean[channel] ?? 0;
    const deviation = scale.deviation[channel] ?? 1;
    for (let i = 0, plane = channel * size; i < size; i++) {
      data[plane + i] = ((rgb[3 * i + channel] ?? 0) / scale.divisor - mean) / deviation;
    }
  }
  return { data, dims: [1, 3, height, width] };
}

export interface Normalisation {
  readonly divisor: number;
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

/** 0 to 255 as they are. */
export const PLAIN: Normalisation = { divisor: 1, mean: [0, 0, 0], deviation: [1, 1, 1] };
/** 0 to 1. */
export const UNIT: Normalisation = { divisor: 255, mean: [0, 0, 0], deviation: [1, 1, 1] };
/** ImageNet's usual mean and deviation. */
export const IMAGENET: Normalisation = { divisor: 255, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };
/** -1 to 1. */
export const CENTRED: Normalisation = { divisor: 255, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] };
