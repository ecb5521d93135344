export { checkpointSigner, type CheckpointSigner, type LogKeys } from './checkpoint.signer.js';
export { Sequencer, type SequencerPorts } from './sequencer.service.js';
export { TransparencyLog, type Checkpoint } from './transparency-log.service.js';
export { TransparencyRepository } from './transparency.repository.js';
export { LogController, PUBLIC_KEYS } from './log.controller.js';
export { Witnesses, witnessesOf } from './witnesses/witnesses.service.js';
