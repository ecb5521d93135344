import { evidenceFor, examineFile, type Examined, type Examiner } from './examine.js';
import { expectationsOf, type Expectation } from './expectations.js';
import { labelledFiles, type LabelledFile } from './labels.js';
import { ratesOf, type Rates } from './tally.js';
import { copyTrials, forgeryTrial, honestTrials, lyingTrials, type Trial } from './trials.js';

export interface RatesRun extends Rates {
  readonly genuine_files: number;
  readonly attack_files: number;
  readonly expectations: readonly Expectation[];
}

/** Runs labelled folders through the real decoder and checks. Every file is decoded once, and judged once for every trial. */
export async function runRates(
  folders: { readonly genuine?: string; readonly attack?: string },
  examiner: Examiner,
  say: (line: string) => void,
): Promise<RatesRun> {
  const genuine = folders.genuine === undefined ? [] : await labelledFiles(folders.genuine, 'genuine');
  const attack = folders.attack === undefined ? [] : await labelledFiles(folders.attack, 'attack');
  const trials: Trial[] = [];
  const expectations: Expectation[] = [];
  for (const file of [...genuine, ...attack]) {
    const examined = await examineFile(file.path, examiner);
    const found = expectationsOf(file, examined);
    expectations.push(...found);
    trials.push(...(await trialsOf(file, examined, examiner)));
    const missed = found.filter(({ holds }) => !holds).map(({ item, found: is }) => `${item}: ${is}`);
    say(`${file.file}: ${missed.join('; ') || 'as labelled'}`);
  }
  return { genuine_files: genuine.length, attack_files: attack.length, expectations, ...ratesOf(trials) };
}

async function trialsOf(file: LabelledFile, examined: Examined, examiner: Examiner): Promise<Trial[]> {
  if (file.label === 'attack') return [attackTrial(file, examined)];
  const { decoded } = examined.evidence;
  if (!decoded?.ok || decoded.value.refusal) return honestTrials(file, examined);
  const shown = file.shows.length > 0;
  return [
    ...honestTrials(file, examined),
    ...lyingTrials(file, examined),
    ...(shown ? [forgeryTrial(file, examined), ...(await copyTrials(file, examined, examiner))] : []),
  ];
}

/** A file that should not pass as what it is; without a check named, only its outcome counts. */
function attackTrial(file: LabelledFile, examined: Examined): Trial {
  const all = [{ object: { label: file.shows[0] ?? 'person' } }];
  const c2pa = file.caught_by === 'c2pa' ? 'third_party' : 'any';
  const context = examined.contextOf({ criteria: { all, c2pa } });
  const evidence = evidenceFor(examined, context);
  return {
    name: 'labelled attack',
    file: file.file,
    caught_by: file.caught_by ?? 'format',
    whole: true,
    checks: true,
    evidence,
  };
}
