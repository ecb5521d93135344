import { readFile } from 'node:fs/promises';
import { EXIT, replaceFile, UsageError, type Output } from '@groundtruth/sdk/cli';
import { readSanctions, readSdnCsv, type SanctionsFile } from '../../policy/index.js';

interface Invoked {
  readonly options: { readonly csv: string; readonly 'as-of': string; readonly to: string; readonly source: string };
  readonly out: Output;
}

/** Without a list in the table the one before it stays. @throws {UsageError} for a table, or a date, that cannot be used. */
export async function sanctionsImport({ options, out }: Invoked): Promise<number> {
  const { csv, 'as-of': as_of, to, source } = options;
  const { text, names, wallets } = await listIn(csv, { as_of, source });
  await replaceFile(to, text); // The market never sees half a list.
  out.show({ to, as_of, names: names.length, addresses: wallets.length }, [
    `${to}: ${names.length} names, ${wallets.length} addresses, as of ${as_of}`,
  ]);
  return EXIT.ok;
}

async function listIn(csv: string, of: Pick<SanctionsFile, 'as_of' | 'source'>) {
  try {
    const { names, wallets } = readSdnCsv(await readFile(csv, 'utf8'));
    const text = JSON.stringify({ ...of, ids: [], names, wallets } satisfies SanctionsFile);
    readSanctions(text); // What the market would refuse is not written.
    return { text, names, wallets };
  } catch (error) {
    throw new UsageError(`no list comes of ${csv}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
