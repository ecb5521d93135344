import { recomputeVerdict } from '../../feeds/recompute.js';
import { verifyObservation } from '../../feeds/verify.js';
import { ProofInvalid, type ModeKeys } from '../../protocol/index.js';
import { command, type Options } from '../command.js';
import type { ExitStatus } from '../exit.js';
import type { Line, Output } from '../output.js';
import { optionsOf } from '../session.js';
import { evidenceOf, keysFor, modeOf, type Evidence, type VerdictBundle } from '../verify/bundle.js';
import { itemLines, RESULT_STATUS, resultOf } from '../verify/report.js';

export const VERIFY_OPTIONS = {
  keys: { type: 'string', value: 'FILE', about: 'Public keys kept from before (the answer of GET /v1/keys): keys fetched beside the data prove nothing.' },
} as const satisfies Options; // prettier-ignore

/** By public keys and computation alone. In a clone the same word also replays checks (docs/replay.md). */
export const verify = command({
  name: 'verify',
  summary: 'Checks a read observation or a verdict: signature, place in the log, and the decision worked out again.',
  args: [{ name: 'CAPTURE|OBSERVATION|FILE', file: true }],
  options: VERIFY_OPTIONS,
  examples: ['verify obs_…', 'verify cap_… --keys keys.json', 'verify read.json --keys keys.json --json'],
  async run({ args: [source], options, terminal, out }) {
    const server = await optionsOf(terminal);
    const evidence = await evidenceOf(source!, server, terminal);
    return showVerified(evidence, await keysFor(modeOf(evidence), server, options.keys), out);
  },
});

/** Checks what can be checked without models, says how it went, and answers the exit status. */
export async function showVerified(evidence: Evidence, keys: ModeKeys, out: Output): Promise<ExitStatus> {
  const report = evidence.kind === 'verdict' ? await ofVerdict(evidence.bundle, keys) : await ofObservation(evidence.body, keys);
  const { subject, items } = report;
  const lines: Line[] = [`${subject ?? 'no id'}, by the ${keys.mode} keys of ${keys.log.origin}`, ...itemLines(items)];
  out.show(report, [...lines, `result: ${report.result}`]);
  return RESULT_STATUS[report.result];
} // prettier-ignore

async function ofVerdict({ verdict, salt, proof }: VerdictBundle, keys: ModeKeys) {
  const options = { keys, proof: proof ?? null, ...(salt === undefined ? {} : { salt }) };
  const { items, decision } = await recomputeVerdict(verdict, options);
  const subject = (verdict as { verdict_id?: unknown } | null)?.verdict_id;
  const result = resultOf(items.map(({ status }) => status));
  return { kind: 'verdict', subject: typeof subject === 'string' ? subject : null, result, items, decision } as const;
}

/** All or nothing: an observation has no parts that could hold alone. */
async function ofObservation(body: (Evidence & { kind: 'observation' })['body'], keys: ModeKeys) {
  const fault = await verifyObservation(body, keys, { allowTest: true }).then(
    () => null,
    (error: unknown) => {
      if (error instanceof ProofInvalid) return error.message;
      throw error;
    },
  );
  const subject = typeof body.record?.id === 'string' ? body.record.id : null;
  const item = { item: 'observation', status: fault === null ? 'same' : 'differs', recorded: subject, recomputed: fault ?? subject } as const;
  return { kind: 'observation', subject, result: resultOf([item.status]), items: [item] } as const;
} // prettier-ignore
