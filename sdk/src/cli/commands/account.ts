import { command } from '../command.js';
import { EXIT } from '../exit.js';
import { agentOf, sessionOf } from '../session.js';

/** Whose key is in use. */
export const whoami = command({
  name: 'whoami',
  summary: 'Says whose key is used, where, and what it may do.',
  args: [],
  options: {},
  examples: ['whoami --json'],
  async run({ terminal, out }) {
    const client = await agentOf(terminal);
    const { base_url } = await sessionOf(terminal);
    const me = await client.me({ signal: terminal.signal });
    out.show({ ...me, base_url }, [
      `${me.role} ${me.id} (${me.mode}) at ${base_url}`,
      `  name "${me.name}"`,
      `  may  ${me.scopes.join(', ')}`,
    ]);
    return EXIT.ok;
  },
});

/** What can be spent, or is owed. */
export const balance = command({
  name: 'balance',
  summary: 'Shows what can be spent, or is owed to a contributor, by fund.',
  args: [],
  options: {},
  examples: ['balance'],
  async run({ terminal, out }) {
    const found = await (await agentOf(terminal)).balance.get({ signal: terminal.signal });
    const rows = found.balances.map(({ fund, currency, available, held }) => [
      fund,
      available,
      currency,
      `held ${held}`,
    ]);
    out.show(found, rows.length === 0 ? ['nothing yet'] : rows);
    return EXIT.ok;
  },
});
