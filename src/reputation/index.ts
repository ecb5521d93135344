export { ReputationModule } from './reputation.module.js';
export { ReputationRecorder } from './reputation.recorder.js';
export { suffices } from './reputation.rules.js';
export { ReputationService } from './reputation.service.js';
