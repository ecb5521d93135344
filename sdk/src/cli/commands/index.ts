import type { Commands } from '../command.js';
import { balance, whoami } from './account.js';
import { cancel, raise } from './bounty.js';
import { events } from './events.js';
import { login } from './login.js';
import { mcp } from './mcp.js';
import { observations, read } from './observations.js';
import { post, quote } from './post.js';
import { reserve } from './reserve.js';
import { review, reviews } from './review.js';
import { submit } from './submit.js';
import { verify } from './verify.js';
import { watch } from './watch.js';

/** What needs nothing but a server. */
export const COMMANDS: Commands = [
  login,
  whoami,
  balance,
  quote,
  post,
  watch,
  raise,
  cancel,
  reviews,
  review,
  reserve,
  submit,
  observations,
  read,
  verify,
  events,
  mcp,
];
