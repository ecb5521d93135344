import { allocate } from '@groundtruth/sdk/protocol';

/** What a funder gave to a bounty, or its part of what is split among those who gave. Micros. */
export interface Share {
  readonly agent_id: string;
  readonly amount: bigint;
}

/** Splits a total by what each gave, exact to the micro: the parts sum to it. Largest remainder first, ties go to the earlier. */
export function shareOut(total: bigint, funders: readonly Share[]): Share[] {
  if (total === 0n) return [];
  const parts = allocate(
    total,
    funders.map(({ amount }) => amount),
  );
  return funders
    .map(({ agent_id }, index) => ({ agent_id, amount: parts[index]! }))
    .filter(({ amount }) => amount > 0n);
}
