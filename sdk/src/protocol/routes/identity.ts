import { deviceChallengeSchema } from '../attestation.js';
import {
  agentSchema,
  contributorSchema,
  createAgentSchema,
  createContributorSchema,
  createDeviceSchema,
  deviceSchema,
  meSchema,
} from '../identity.js';
import { read, create, type Route } from './route.js';

/** Who speaks: agents, contributors, their devices. */
export const IDENTITY_ROUTES = {
  create_agent: {
    method: 'POST',
    path: '/v1/agents',
    summary: 'Register an agent and get its API key, shown once',
    scope: null,
    ...create,
    body: createAgentSchema,
    response: agentSchema,
    errors: [],
  },
  create_contributor: {
    method: 'POST',
    path: '/v1/contributors',
    summary: 'Register a contributor and get its API key, shown once',
    scope: null,
    ...create,
    body: createContributorSchema,
    response: contributorSchema,
    errors: [],
  },
  create_device: {
    method: 'POST',
    path: '/v1/devices',
    summary: 'Enrol a device key, or renew its certificate',
    scope: 'capture',
    ...create,
    body: createDeviceSchema,
    response: deviceSchema,
    errors: ['seal_invalid', 'attestation_unavailable', 'attestation_refused', 'attestation_challenge_unknown'],
  },
  create_device_challenge: {
    method: 'POST',
    path: '/v1/devices/challenges',
    summary: 'A fresh challenge for the attestation of a device key',
    scope: 'capture',
    idempotent: false,
    status: 201,
    response: deviceChallengeSchema,
    errors: ['attestation_unavailable'],
  },
  me: { method: 'GET', path: '/v1/me', summary: 'Who this key is', ...read, response: meSchema, errors: [] },
} as const satisfies Record<string, Route>;
