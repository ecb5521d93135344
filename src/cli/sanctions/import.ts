import { readFile, rename, writeFile } from 'node:fs/promises';
import { EXIT, type Output } from '@groundtruth/sdk/cli';
import { readSanctions, readSdnCsv, type SanctionsFile } from '../../policy/index.js';

interface Invoked {
  readonly options: { readonly csv: string; readonly 'as-of': string; readonly to: string; readonly source: string };
  readonly out: Output;
}

/** A table that cannot be read is thrown, and the list before it stays. */
export async function sanctionsImport({ options, out }: Invoked): Promise<number> {
  const { csv, 'as-of': as_of, to, source } = options;
  const { names, wallets } = readSdnCsv(await readFile(csv, 'utf8'));
  const list = { as_of, source, ids: [], names, wallets } satisfies SanctionsFile;
  const text = JSON.stringify(list);
  readSanctions(text); // What the market would refuse is not written.
  await writeFile(`${to}.new`, text);
  await rename(`${to}.new`, to); // The market never sees half a list.
  out.show({ to, as_of, names: names.length, addresses: wallets.length }, [
    `${to}: ${names.length} names, ${wallets.length} addresses, as of ${as_of}`,
  ]);
  return EXIT.ok;
}
