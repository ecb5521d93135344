import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../../platform/database/index.js';
import { FillEstimator } from './fill-estimator.js';
import {
  FILL_MODEL_VERSION,
  fillLevelsSchema,
  fillModelSchema,
  type FillLevels,
  type FillModel,
} from './fill-model.js';

/** Models of a mode that are kept, for whoever asks what an earlier quote rested on. */
const KEPT = 20;

/** What was learnt, newest last. */
@Injectable()
export class FillModels {
  async insert(tx: Tx, mode: Mode, model: FillModel, levels: FillLevels, fitted_at: Instant): Promise<void> {
    await sql(
      tx,
      'INSERT INTO fill_model (mode, version, fitted_at, bounties, fills, model, levels) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [mode, model.version, new Date(fitted_at), model.bounties, model.fills, model, levels],
    );
    await sql(
      tx,
      `DELETE FROM fill_model WHERE mode = $1
          AND seq <= (SELECT seq FROM fill_model WHERE mode = $1 ORDER BY seq DESC OFFSET ${KEPT} LIMIT 1)`,
      [mode],
    );
  }

  /** Its number and when it was fitted; null while there is none of this version. */
  async newest(tx: Tx, mode: Mode): Promise<{ seq: bigint; fitted_at: Instant } | null> {
    return sqlOne(
      tx,
      'SELECT seq, fitted_at FROM fill_model WHERE mode = $1 AND version = $2 ORDER BY seq DESC LIMIT 1',
      [mode, FILL_MODEL_VERSION],
    );
  }

  async estimator(tx: Tx, seq: bigint): Promise<FillEstimator | null> {
    const row = await sqlOne<{ model: unknown; levels: unknown }>(
      tx,
      'SELECT model, levels FROM fill_model WHERE seq = $1',
      [seq],
    );
    return row && new FillEstimator(fillModelSchema.parse(row.model), fillLevelsSchema.parse(row.levels));
  }
}
