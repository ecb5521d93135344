export { SandboxClock } from './clock.service.js';
export { takeUpClock } from './clock.start.js';
export { SandboxModule } from './sandbox.module.js';
export { SIMULATION_TRANSITIONS } from './simulation.machine.js';
export { SimulationsSweep } from './simulations.sweep.js';
