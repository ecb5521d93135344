import type { OBSERVATIONS_ROUTES } from '../observations.js';
import type { AnswerOf } from './example.js';

/** As the market sees it: which bounty it is from is told to its owner. */
export const CARD = {
  id: 'obs_01a1fcbe88cf71b3a585e43a00000001',
  mode: 'test',
  bounty_id: null,
  kind: 'photo',
  cell: '8530dbabfffffff',
  hour: '2026-11-21T06:00:00.000Z',
  tier: 'signed',
  independent_captures: 1,
  price: '0.010000',
  currency: 'USD',
  commitment: 'bc88e6ca0389468c63bf9d960693dbcc93ef540702d27e06dcf313af60229a2f',
  log_index: 1,
  published_at: '2026-11-21T06:00:00.000Z',
  disputed_at: null,
  revision: 1,
  revises: null,
  superseded_by: null,
  retracted: false,
} satisfies AnswerOf<(typeof OBSERVATIONS_ROUTES)['stream_observations']>;
