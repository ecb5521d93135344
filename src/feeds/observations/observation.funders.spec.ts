import { fundersColumn, fundersOf, isFunder, sharesOf } from './observation.funders.js';

const requester = 'agt_b' as never;
const shared = {
  funder_id: requester,
  funders: fundersColumn('agt_b', [
    { agent_id: 'agt_b', amount: 0n },
    { agent_id: 'agt_c', amount: 3n },
    { agent_id: 'agt_a', amount: 2n },
  ]),
};
const alone = { funder_id: requester, funders: fundersColumn('agt_b', [{ agent_id: 'agt_b', amount: 5n }]) };

describe('the funders of an observation', () => {
  it('are all who paid, and the requester even when it paid nothing', () => {
    expect(fundersOf(shared)).toEqual(['agt_b', 'agt_c', 'agt_a']);
    expect(['agt_a', 'agt_b', 'agt_c', 'agt_d'].map((id) => isFunder(shared, id))).toEqual([true, true, true, false]);
    expect(['agt_a', 'agt_b'].map((id) => isFunder(alone, id))).toEqual([false, true]);
  });

  it('share by what they gave, in the order of their ids', () => {
    expect(sharesOf(shared)).toEqual([
      { agent_id: 'agt_a', amount: 2n },
      { agent_id: 'agt_b', amount: 0n },
      { agent_id: 'agt_c', amount: 3n },
    ]);
  });

  it('are not written down when the requester alone paid, who then gets all', () => {
    expect(alone.funders).toBeNull();
    expect(sharesOf(alone)).toEqual([{ agent_id: 'agt_b', amount: 1n }]);
  });

  it('include nobody by the name of a thing that every object has', () => {
    expect(isFunder(shared, 'constructor')).toBe(false);
  });
});
