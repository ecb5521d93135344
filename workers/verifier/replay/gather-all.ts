import type { Evidence } from '../checks/check.js';
import { STEPS } from '../gather.js';
import type { Sources } from '../sources.js';

/** Every step whatever the checks say of it, for whoever looks at one check alone. A file that was refused is not looked into further. */
export async function gatherAll(known: Evidence, sources: Sources): Promise<Evidence> {
  let evidence = known;
  for (const step of STEPS) {
    if (isRefused(evidence)) return evidence;
    if (step.wanted(evidence)) evidence = { ...evidence, ...(await step.gather(evidence, sources)) };
  }
  return evidence;
}

function isRefused({ inspected, decoded, reading }: Evidence): boolean {
  return [inspected, decoded, reading].some((fact) => fact?.ok === true && fact.value.refusal !== null);
}
