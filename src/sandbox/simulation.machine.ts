import type { SimulationState } from '@groundtruth/sdk/protocol';

export type SimulationEvent = 'reserve' | 'hand_in' | 'refuse' | 'leave' | 'fail';

/**
 * What may happen to a simulated contributor. `refuse`: the market refused a request of its own, which for some of them is what should happen;
 * `fail`: something broke, and nothing of its lesson holds. Handed in, its capture goes on by its own table.
 */
export const SIMULATION_TRANSITIONS = {
  waiting: { reserve: 'reserved', refuse: 'refused', fail: 'failed' },
  reserved: { hand_in: 'handed_in', refuse: 'refused', leave: 'left', fail: 'failed' },
  handed_in: {},
  refused: {},
  left: {},
  failed: {},
} as const satisfies Record<SimulationState, Partial<Record<SimulationEvent, SimulationState>>>;
