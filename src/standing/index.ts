export { STANDING_TRANSITIONS } from './standing.machine.js';
export { StandingModule } from './standing.module.js';
export { StandingSweep } from './standing.sweep.js';
