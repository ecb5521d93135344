import type { Verdict } from '@groundtruth/sdk/protocol';

/** Whether a paid capture counts towards its contributor's reputation. Silence says nothing about the work, so it earns none. */
export function earnsReputation(basis: Verdict['basis']): boolean {
  return basis !== 'silence';
}
