import { StateNotReached } from './errors.js';
import { instantTiming } from './instant-timing.fixture.js';
import { waitForState } from './wait.js';

type State = 'open' | 'closing' | 'closed';

function watched(...states: State[]) {
  const timing = instantTiming();
  const looks: State[] = [];
  const look = () => {
    const state = states.length > 1 ? states.shift()! : states[0]!;
    looks.push(state);
    return Promise.resolve({ id: 'bty_1', state });
  };
  return { timing, looks, look, final: ['closed'] };
}

describe('a wait', () => {
  it('ends with the resource in the state that was waited for', async () => {
    const bounty = watched('open', 'open', 'closing', 'closed');
    await expect(waitForState(bounty, { until: 'closing' })).resolves.toEqual({ id: 'bty_1', state: 'closing' });
    expect(bounty.looks).toEqual(['open', 'open', 'closing']);
  });

  it('takes any of several states, also the first one seen', async () => {
    const bounty = watched('closed');
    await expect(waitForState(bounty, { until: ['closing', 'closed'] })).resolves.toMatchObject({ state: 'closed' });
    expect(bounty.timing.pauses).toEqual([]);
  });

  it('ends at once when no other state can follow, with what was seen last', async () => {
    const error = await waitForState(watched('open', 'closed'), { until: 'closing' }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(StateNotReached);
    expect(error).toMatchObject({ why: 'final', last: { state: 'closed' } });
  });

  it('ends at its timeout, after pauses that grow to two seconds', async () => {
    const bounty = watched('open');
    const wait = waitForState(bounty, { until: 'closed', timeout_ms: 10_000 });
    await expect(wait).rejects.toMatchObject({ why: 'timeout', last: { state: 'open' } });
    expect(bounty.timing.pauses.reduce((a, b) => a + b)).toBeCloseTo(10_000);
    expect(Math.min(...bounty.timing.pauses.slice(0, -1))).toBe(100);
    expect(Math.max(...bounty.timing.pauses)).toBe(2_000);
  });

  it('ends when the caller gives up', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(waitForState(watched('open'), { until: 'closed', signal })).rejects.toThrow('enough');
  });
});
