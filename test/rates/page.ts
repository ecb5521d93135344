import type { RatesRun } from './run.js';
import type { CheckRow, OutcomeRow } from './tally.js';
import type { Rate } from './wilson.js';

/** docs/error-rates.md, from one run. It opens with what no number here can cover. */
export function pageOf(run: RatesRun, at: string): string {
  const differing = run.expectations.filter(({ holds }) => !holds);
  return [
    HEAD,
    `## Measured\n\nFrom a run of ${at.slice(0, 10)} over ${run.genuine_files} files labelled genuine and ${run.attack_files} labelled attack. ${READING}`,
    `### Genuine captures\n\nEach is asked for what a person sees in it. A check that fails one is a false reject; inconclusive goes to a person. Nothing was handed in before, so \`duplicate\` and \`resemblance\` say nothing here of honest neighbours.\n\n${checkTable(
      run.checks.filter((row) => row.false_reject && row.trial === 'honest'),
      'false reject',
      (row) => row.false_reject!,
    )}`,
    `### Attacks, by the check that has to catch them\n\nA check that passes one is a false accept. ${CROPS}\n\n${checkTable(
      run.checks.filter((row) => row.false_accept),
      'false accept',
      (row) => row.false_accept!,
    )}`,
    `### Outcomes\n\n${outcomeTable(run.outcomes)}`,
    `## Where a label and the checks differ\n\n${
      differing.length === 0
        ? `All ${run.expectations.length} statements of the manifests hold.`
        : `${run.expectations.length - differing.length} of ${run.expectations.length} statements of the manifests hold. The others:\n\n${table(
            ['file', 'statement', 'expected', 'found', 'why'],
            differing.map((one) => [
              one.file,
              one.item,
              one.expected,
              one.found,
              one.explanation ?? '**not explained**',
            ]),
          )}`
    }`,
    TAIL,
  ].join('\n\n');
}

const HEAD = `# Error rates

Written by \`npm run rates -- --write-docs\` from a run; never edited by hand.

## What cannot be detected

- **A complete forgery by an enrolled software key is accepted at tier \`signed\`.** The key, the challenge and the clock of the exchange are real; picture, place and
  device clock are whatever the owner of the key says. \`signed\` tells who vouches and that nothing changed since, not that it is true. The row "forged whole by
  an enrolled key" below shows it. Ask for \`attested\`, for \`agreement\` of independent captures, or for both, where that is not enough.
- **AI-generated and skilfully composed pictures are not recognised.** No check here claims to tell them from photographs.
- **A screen or print that was photographed is not recognised.** The advisory \`recapture\` only keeps silence from paying; it decides nothing, and both misses and
  false alarms are many.
- **A trusted C2PA signature over such a picture is still trusted.** It tells which device signed, not what stood before its lens.
- **A detector is wrong in ways a picture can be chosen for.** A label is evidence of shapes, not of facts; a result near a bar goes to a person.`;

const READING =
  'Intervals are Wilson score intervals at 95 %. Where few files were tried they are wide, and that is what is known. The files are not a sample of what contributors send.';

const CROPS =
  'A crop moves the hash of `duplicate` too far to be found by it; `resemblance` never fails a copy, it holds it for a person (inconclusive).';

const TAIL = `## Measure it again

\`\`\`bash
C2PA_TRUST_FILES=a.pem,b.pem npm run rates -- --genuine DIR --attack DIR --json FILE --write-docs
\`\`\`

A folder with \`labels.json\` says of each file what is known (\`{"files": [{"file": "a.jpg", "label": "genuine", "shows": ["boat"], "text": "OPEN"}, {"file": "b.jpg", "label":
"attack", "caught_by": "format"}]}\`; \`test/rates/labels.ts\` has every member). A \`MANIFEST.md\` of headings \`### path\` with lines \`- truth: …\` is understood as well. In a folder
without either, every file carries the label of its option. Each genuine file also makes attacks: the capture is moved, delayed, signed by a stranger, taken from another
reservation, changed by a byte, asked for what it does not show, and handed in again as a copy.
`;

function checkTable(rows: readonly CheckRow[], title: string, rateIn: (row: CheckRow) => Rate): string {
  return table(
    ['check', 'trial', 'pass', 'fail', 'inconclusive', 'unavailable', title, '95 %'],
    rows.map((row) => {
      const { pass, fail, inconclusive, unavailable } = row.counts;
      const rate = rateIn(row);
      return [row.check, row.trial, pass, fail, inconclusive, unavailable, percent(rate.rate), interval(rate)];
    }),
  );
}

function outcomeTable(rows: readonly OutcomeRow[]): string {
  return table(
    ['trial', 'captures', 'accepted', '95 %', 'rejected', 'to a person'],
    rows.map(({ trial, accepted, rejected, review }) => [
      trial,
      accepted.of,
      percent(accepted.rate),
      interval(accepted),
      percent(rejected.rate),
      percent(review.rate),
    ]),
  );
}

const percent = (rate: number | null): string => (rate === null ? '–' : `${(rate * 100).toFixed(1)} %`);
const interval = ({ low, high }: Rate): string => `${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)} %`;

/** A table as prettier writes it: columns padded to their widest cell. */
function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => String(cell).replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  const [title = [], ...body] = cells;
  return [line(title), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
