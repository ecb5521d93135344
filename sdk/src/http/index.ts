export { ConnectionFailed, ProblemError, StateNotReached, UnexpectedAnswer } from './errors.js';
export { eachItem, PAGE_ITEMS } from './paginate.js';
export type { Answer, BodyIn, CallOptions } from './request.js';
export { pauseAfter, pauseBefore } from './retry.js';
export type { Timing } from './timing.js';
export { Transport, type ClientOptions, type Exchanged } from './transport.js';
export { waitForState, type WaitOptions } from './wait.js';
