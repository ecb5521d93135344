import { command } from '../command.js';
import { EXIT } from '../exit.js';
import { repeatably, REPEATABLE } from '../repeatable.js';
import { agentOf } from '../session.js';
import { bountyLines, quoteLines } from '../shown.js';
import { numberOf } from '../values.js';
import { TERMS_OPTIONS, termsOf } from './terms.js';

const EXAMPLE =
  '--title "Harbour wall, boats visible" --near 32.7448,129.8737 --object boat --closes-at 2h --price 5.000000';

/** A dry run. Whoever is refused by policy gets the answer and status 1. */
export const quote = command({
  name: 'quote',
  summary: 'Says what a bounty would hold, whether policy allows it, and how probable a fill is; changes nothing.',
  args: [],
  options: {
    ...TERMS_OPTIONS,
    'wanted-probability': { type: 'string', value: 'P', about: 'Also the least price that reaches it, 0 to 1.' },
  },
  examples: [`quote ${EXAMPLE}`],
  async run({ options, terminal, out }) {
    const wanted = options['wanted-probability'];
    const terms = await termsOf(options, terminal);
    const asked =
      wanted === undefined ? terms : { ...terms, wanted_probability: numberOf('wanted-probability', wanted) };
    const found = await (await agentOf(terminal)).bounties.quote(asked, { signal: terminal.signal });
    out.show(found, quoteLines(found));
    return found.policy.outcome === 'allow' ? EXIT.ok : EXIT.no;
  },
});

/** Posts, and so holds money. */
export const post = command({
  name: 'post',
  summary: 'Posts a bounty; its price and fee are held from the balance.',
  args: [],
  options: {
    ...TERMS_OPTIONS,
    draft: { type: 'boolean', about: 'Leave it a draft that holds nothing.' },
    ...REPEATABLE,
  },
  examples: [`post ${EXAMPLE}`, 'post --file bounty.json', 'post --file - --json < bounty.json'],
  async run({ options, terminal, out }) {
    const terms = await termsOf(options, terminal);
    const client = await agentOf(terminal);
    // A time from now is another one tomorrow: the same key needs the same words.
    const moment = options.file === undefined ? ['--closes-at', terms.window.closes_at] : [];
    const asked = options.draft ? { ...terms, fund: false } : terms;
    const bounty = await repeatably(
      options,
      (idempotencyKey) => client.bounties.create(asked, { idempotencyKey, signal: terminal.signal }),
      moment,
    );
    out.show(bounty, bountyLines(bounty));
    return EXIT.ok;
  },
});
