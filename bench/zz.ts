import { run } from './resemblance/index.js';
await run({ dir: '/tmp/emb/scenes', json: '/tmp/emb/resemblance.json' });
