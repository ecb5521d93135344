/** Columns of SDN.CSV as the United States publish it, without a header: number, name, type, programme, … and remarks last. */
const COLUMNS = 12;
const NAME = 1;
const REMARKS = 11;
/** How it says that a column is empty, and how a file from DOS ends. */
const EMPTY = '-0-';
const END_OF_FILE = '\u001a';
const ALIAS = /\b(?:a|f|n)\.k\.a\. '([^']+)'/g;
const ADDRESS = /\bDigital Currency Address - [A-Z0-9]{2,6} ([A-Za-z0-9]{20,120})/g;

/** Names and addresses on chains out of such a table. @throws {Error} when it has other columns or an open quote. */
export function readSdnCsv(text: string): { names: string[]; wallets: string[] } {
  const [names, wallets] = [new Set<string>(), new Set<string>()];
  rowsOf(text).forEach((row, at) => {
    if (row.length === 1 && ['', END_OF_FILE].includes(row[0]!)) return;
    if (row.length !== COLUMNS) throw new Error(`row ${at + 1} has ${row.length} columns, not ${COLUMNS}`);
    const [name, remarks] = [row[NAME]!, row[REMARKS]!];
    if (name !== '' && name !== EMPTY) names.add(name);
    for (const [, alias] of remarks.matchAll(ALIAS)) names.add(alias!);
    for (const [, address] of remarks.matchAll(ADDRESS)) wallets.add(address!);
  });
  return { names: [...names], wallets: [...wallets] };
}

/** Rows of RFC 4180: quotes doubled inside quotes, commas and line ends kept in them. */
function rowsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  let [field, isQuoted] = ['', false];
  const endField = (): void => {
    rows.at(-1)!.push(field.trim());
    field = '';
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    if (isQuoted) {
      if (letter !== '"') field += letter;
      else if (text[at + 1] === '"') field += text[++at];
      else isQuoted = false;
    } else if (letter === '"') isQuoted = true;
    else if (letter === ',') endField();
    else if (letter === '\n') {
      endField();
      rows.push([]);
    } else if (letter !== '\r') field += letter;
  }
  if (isQuoted) throw new Error('a quote is never closed');
  endField();
  return rows;
}
