// Starts programs of `dist` one after the other in this process, each with an option that no program knows, and tells what it says of it.
// A program that reads its options first, as all of ours do, refuses there and has done nothing; one process, since they share most modules.
// Input, as the only argument: `[{ "program": path, "args": [] }]`. Output: a JSON array of texts.
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const answers = [];
const { write } = process.stderr;
for (const [at, { program, args }] of JSON.parse(process.argv[2]).entries()) {
  let said = '';
  process.argv = [process.argv[0], program, ...args];
  process.stderr.write = (text) => Boolean((said += text));
  try {
    await import(`${pathToFileURL(program)}?${at}`);
  } catch (error) {
    said += error instanceof Error ? error.message : String(error);
  } finally {
    process.stderr.write = write;
  }
  answers.push(said);
}
process.stdout.write(JSON.stringify(answers), () => process.exit(0));
