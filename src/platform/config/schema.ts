import { z } from 'zod';
import { attestation } from './groups/attestation.js';
import { c2pa } from './groups/c2pa.js';
import { card } from './groups/card.js';
import { chain } from './groups/chain.js';
import { discovery } from './groups/discovery.js';
import { market } from './groups/market.js';
import { policy } from './groups/policy.js';
import { sandbox } from './groups/sandbox.js';
import { server } from './groups/server.js';
import { stores } from './groups/stores.js';
import { webhooks } from './groups/webhooks.js';
import { work } from './groups/work.js';

/** Every environment variable this product reads, in the groups and the order of the generated page. */
export const CONFIG_GROUPS = {
  Server: server,
  Stores: stores,
  Market: market,
  Policy: policy,
  Attestation: attestation,
  C2PA: c2pa,
  Chain: chain,
  Card: card,
  Webhooks: webhooks,
  Sandbox: sandbox,
  Work: work,
  Discovery: discovery,
} as const;

export const configSchema = z.object({
  ...server,
  ...stores,
  ...market,
  ...policy,
  ...attestation,
  ...c2pa,
  ...chain,
  ...card,
  ...webhooks,
  ...sandbox,
  ...work,
  ...discovery,
});
