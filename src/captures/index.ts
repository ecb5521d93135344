export { CAPTURE_TRANSITIONS } from './capture.machine.js';
export type { CaptureRow } from './capture.entity.js';
export { CapturesModule } from './captures.module.js';
export { CapturesRepository } from './captures.repository.js';
export { CapturesSweep } from './captures.sweep.js';
export { captureView, viewerOf } from './capture.view.js';
