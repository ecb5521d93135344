export { CAPTURE_TRANSITIONS, type CaptureEvent } from './capture.machine.js';
export type { CaptureRow } from './capture.entity.js';
export { CapturesModule } from './captures.module.js';
export { CapturesRepository } from './captures.repository.js';
export { DerivativesService } from './derivatives.service.js';
export { OriginalsSweep } from './originals.sweep.js';
export { Race } from './race/race.js';
export { CapturesSweep } from './captures.sweep.js';
export { asksRequester, captureView, viewerOf } from './capture.view.js';
