import { command, VERIFY_OPTIONS, type Command, type Commands } from '@groundtruth/sdk/cli';

const REPORT = { type: 'string', value: 'FILE', about: 'Write what --json prints into this file too.' } as const;

/** In a clone this word also replays checks, so it takes the place of the one that needs only the SDK. */
const verify = command({
  name: 'verify',
  summary: 'Checks a read observation or a verdict; with media or original it replays the checks and prints a diff (docs/replay.md).',
  args: [{ name: 'CAPTURE|OBSERVATION|FILE', file: true }],
  options: {
    ...VERIFY_OPTIONS,
    media: { type: 'string', value: 'FILE', about: 'The published picture: the checks of content are run again on it.' },
    observation: { type: 'string', value: 'FILE', about: 'With --media: the read it came with, whose record holds the checks.' },
    original: { type: 'string', value: 'FILE', about: 'The sealed original: every check is run again.' },
  },
  examples: ['verify obs_…', 'verify verdict.json --keys keys.json --media sold.jpg --observation read.json'],
  run: async (line) => (await import('./verify/verify.js')).verify(line),
}); // prettier-ignore

const audit = command({
  name: 'audit',
  summary: 'Reads a log, hashes it again, and looks for every verdict and observation in it (docs/log.md).',
  args: [],
  options: {
    'base-url': { type: 'string', value: 'URL', about: 'Audit this server; the database of this configuration when left out.' },
    mode: { type: 'string', choices: ['test', 'live'], default: 'test', about: 'Which log.' },
    keys: { type: 'string', value: 'FILE', about: 'Public keys kept from before (the answer of GET /v1/keys).' },
    state: { type: 'string', value: 'FILE', about: 'What the last audit trusted; written when all holds.' },
    full: { type: 'boolean', about: 'Read the whole log again, whatever the state says.' },
    record: { type: 'string', multiple: true, value: 'FILE', about: 'A verdict or observation that must be in the log.' },
    witness: { type: 'string', multiple: true, value: 'KEY', about: 'Verifier key of a witness.' },
    'min-witnesses': { type: 'string', value: 'N', about: 'How many must have cosigned; all of them when left out.' },
    report: REPORT,
  },
  examples: ['audit', 'audit --base-url https://groundtruth.example --mode live --keys keys.json --state log.json'],
  run: async (line) => (await import('./audit/audit.js')).audit(line),
}); // prettier-ignore

const proofOfReserves = command({
  name: 'proof-of-reserves',
  summary: 'Compares the ledger with the escrow contract and every entry in it, to the micro (docs/stablecoin.md).',
  args: [],
  options: { report: REPORT },
  examples: ['proof-of-reserves --json'],
  run: async (line) => (await import('./reserves/proof-of-reserves.js')).proofOfReserves(line),
});

const witness = command({
  name: 'witness',
  summary: 'Cosigns checkpoints of logs as long as each only grows, until it is stopped (docs/log.md).',
  args: [],
  options: {
    name: { type: 'string', value: 'NAME', required: true, about: 'Name in its key.' },
    dir: { type: 'string', value: 'FOLDER', required: true, about: 'Where its key and what it cosigned are kept.' },
    log: { type: 'string', value: 'KEY', multiple: true, about: 'Verifier key of a log; at least one.' },
    host: { type: 'string', value: 'ADDRESS', default: '127.0.0.1', about: 'Where it listens.' },
    port: { type: 'string', value: 'N', default: '8790', about: 'Where it listens.' },
  },
  examples: ['witness --name example.org/w --dir witness --log KEY'],
  run: async (line) => (await import('./witness/command.js')).witness(line),
});

const sanctionsImport = command({
  name: 'sanctions-import',
  summary: 'Writes a sanctions list for POLICY_SANCTIONS_FILE from a table in the columns of SDN.CSV (docs/policy.md).',
  args: [],
  options: {
    csv: { type: 'string', value: 'FILE', required: true, about: 'The table.' },
    'as-of': { type: 'string', value: 'TIME', required: true, about: 'The moment it was true at.' },
    to: { type: 'string', value: 'FILE', required: true, about: 'What to write; never seen half.' },
    source: { type: 'string', value: 'NAME', default: 'OFAC SDN list', about: 'Whose list it is.' },
  },
  examples: ['sanctions-import --csv SDN.CSV --as-of 2026-11-21T06:00:00Z --to list.json'],
  run: async (line) => (await import('./sanctions/import.js')).sanctionsImport(line),
});

const reconcile = command({
  name: 'reconcile',
  summary: 'Compares Stripe’s balance transactions, transfers and payouts with the ledger, row by row; explains one (docs/payouts.md).',
  args: [
    { name: 'WHAT', choices: ['explain'], optional: true },
    { name: 'TXN', optional: true },
  ],
  options: {
    as: { type: 'string', value: 'KIND', about: 'With explain: owner, cost or loss.' },
    because: { type: 'string', value: 'WORDS', about: 'With explain: why, for the record.' },
    report: REPORT,
  },
  examples: ['reconcile --json', 'reconcile explain txn_… --as cost --because "a fee of the bank"'],
  run: async (line) => (await import('./reconcile/reconcile.js')).reconcile(line),
}); // prettier-ignore

/** Commands that need the server's code. Each is loaded only when it runs: one brings models, another a database. */
export const SERVER_COMMANDS: Commands = [verify, audit, proofOfReserves, witness, sanctionsImport, reconcile];

/** Those of the SDK, and those of a clone, which win where both have a name. */
export function together(sdk: Commands): Commands {
  const own = new Set(SERVER_COMMANDS.map(({ name }: Command) => name));
  return [...sdk.filter(({ name }) => !own.has(name)), ...SERVER_COMMANDS];
}
