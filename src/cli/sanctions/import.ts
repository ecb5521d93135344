import { readFile, rename, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readSanctions, readSdnCsv, type SanctionsFile } from '../../policy/index.js';
import { UsageError, type Command, type CommandLine } from '../command.js';

/** Exit status: 0 written, 2 usage; a table that cannot be read is thrown, and the list before it stays. */
export const sanctionsImport: Command = {
  usage: 'groundtruth sanctions-import --csv SDN.CSV --as-of TIME --to FILE.json [--source NAME]',
  summary: 'Writes a sanctions list for POLICY_SANCTIONS_FILE from a table in the columns of SDN.CSV (docs/policy.md).',
  async run({ args, write }: CommandLine): Promise<number> {
    const { csv, as_of, to, source } = argumentsIn(args);
    const { names, wallets } = readSdnCsv(await readFile(csv, 'utf8'));
    const list = { as_of, source, ids: [], names, wallets } satisfies SanctionsFile;
    const text = JSON.stringify(list);
    readSanctions(text); // What the market would refuse is not written.
    await writeFile(`${to}.new`, text);
    await rename(`${to}.new`, to); // The market never sees half a list.
    write(`${to}: ${names.length} names, ${wallets.length} addresses, as of ${as_of}\n`);
    return 0;
  },
};

function argumentsIn(args: readonly string[]) {
  const { csv, to, source, 'as-of': as_of } = parsed(args);
  if (csv === undefined || as_of === undefined || to === undefined)
    throw new UsageError('sanctions-import needs --csv, --as-of and --to');
  return { csv, as_of, to, source };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        csv: { type: 'string' },
        'as-of': { type: 'string' },
        to: { type: 'string' },
        source: { type: 'string', default: 'OFAC SDN list' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
