// Lets a child process of a test run our TypeScript as it is: `node --import <this file> some.ts`. No build, nothing stale.
import { register } from 'node:module';
register('./typescript-hooks.mjs', import.meta.url);
