import { cancelBounty, getBounty, postBounty, quoteBounty, raiseBounty } from './bounties.js';
import { disputeCapture, listReviews, reviewCapture } from './captures.js';
import { listEvents } from './events.js';
import { registerAgent } from './identity.js';
import { getBalance, topUp } from './money.js';
import { findObservations, readObservation } from './observations.js';
import { creditSandbox } from './sandbox.js';
import { valueOfInformationTool } from './value.js';
import { verifyObservationTool } from './verify.js';
import { watchBounty } from './watch.js';
import type { Tool } from '../tool.js';

/** All there are, in the order in which a newcomer needs them. */
export const TOOLS: readonly Tool[] = [
  registerAgent,
  creditSandbox,
  quoteBounty,
  postBounty,
  getBounty,
  watchBounty,
  raiseBounty,
  cancelBounty,
  listReviews,
  reviewCapture,
  disputeCapture,
  findObservations,
  readObservation,
  verifyObservationTool,
  getBalance,
  topUp,
  listEvents,
  valueOfInformationTool,
];
