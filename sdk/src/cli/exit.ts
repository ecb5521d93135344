/** Exit statuses of every command. `docs/cli.md` has the same table, held equal by a spec. */
export const EXIT = {
  ok: 0,
  no: 1,
  usage: 2,
  refused: 3,
  unreachable: 4,
  invalid: 5,
  unsettled: 6,
  interrupted: 130,
} as const;
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANING: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'Done; what was checked holds',
  no: 'The answer is no (a bounty closed unfilled, a capture rejected), or a fault of this program',
  usage: 'Wrong usage, no API key, or a file that cannot be used; the message says which',
  refused: 'The server refused (4xx); the problem document says why and whether to try again',
  unreachable: 'No usable answer (no connection, 5xx), or a time limit passed',
  invalid: 'What was checked does not hold: a signature, a proof, a decision, the log, the books',
  unsettled:
    'Nothing speaks against it, but it could not be settled here: nothing to check yet, or something is missing',
  interrupted: 'Interrupted by the user',
};

/** The table as docs/cli.md prints it. */
export const exitRows = (): string[][] =>
  (Object.keys(EXIT) as (keyof typeof EXIT)[]).map((name) => [String(EXIT[name]), EXIT_MEANING[name]]);
