import { command, UsageError } from '../command.js';
import { EXIT } from '../exit.js';
import { sessionOf } from '../session.js';

/** Runs until whoever started it hangs up. Standard output belongs to the protocol, so nothing else is written to it. */
export const mcp = command({
  name: 'mcp',
  summary: 'Serves the tools of the exchange to an MCP client over standard input and output, with the stored key.',
  args: [],
  options: {},
  examples: ['mcp'],
  async run({ terminal }) {
    const { base_url, api_key } = await sessionOf(terminal);
    if (api_key === null) throw new UsageError(`there is no API key for ${base_url}: groundtruth login`);
    // Needed by this command alone, and so is what it brings.
    const { serveStdio } = await import('../../mcp/index.js');
    const server = serveStdio({ base_url, api_key });
    await terminal.inputEnd();
    await server.close();
    return EXIT.ok;
  },
});
