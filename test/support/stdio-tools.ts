import { serveStdio } from '../../sdk/src/mcp/index.js';

/** `groundtruth mcp` without its key file: the address and the key are arguments. */
const [base_url, api_key] = process.argv.slice(2);
serveStdio({ base_url: base_url!, api_key });
