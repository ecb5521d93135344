import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { captureCommitment, commit, type Id, type Verdict } from '@groundtruth/sdk/protocol';
import { Clock, seconds, type Instant } from '../kernel/clock.js';
import { cellOf } from '../kernel/geo.js';
import { deriveId } from '../kernel/ids.js';
import { termsFromRow, type BountyRow } from '../bounties/index.js';
import { DerivativesService, type CaptureRow } from '../captures/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import type { Tx } from '../platform/database/index.js';
import { TransparencyLog } from '../transparency/index.js';
import { confidenceOf, factsOf } from './observation.facts.js';
import { ObservationSigner } from './observation.signer.js';
import { ObservationsRepository } from './observations.repository.js';

/** H3 resolution of sold places: cells of about 200 m edge. */
const CELL_RESOLUTION = 9;
/** H3 resolution of free cards: cells of about 8.5 km edge. */
const COARSE_RESOLUTION = 5;
const SALT_BYTES = 32;

@Injectable()
export class ObservationsService {
  constructor(
    private readonly observations: ObservationsRepository,
    private readonly signer: ObservationSigner,
    private readonly derivatives: DerivativesService,
    private readonly log: TransparencyLog,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async markDisputed(tx: Tx, captureId: string, at: Instant): Promise<void> {
    await this.observations.markDisputed(tx, captureId, at);
  }

  /** Makes the signed observation of an accepted capture and its log leaf, in the transaction that pays for it. Null when it makes none. */
  async observe(tx: Tx, capture: CaptureRow, bounty: BountyRow, verdict: Verdict): Promise<Id<'observation'> | null> {
    if (verdict.basis === 'silence' || capture.finding === null) return null;
    const id = deriveId('observation', capture.id);
    const { place } = capture.sealed.manifest;
    const { licence } = termsFromRow(bounty);
    const record = await this.signer.sign({
      id,
      mode: capture.mode,
      kind: bounty.kind,
      finding: capture.finding,
      facts: factsOf(verdict, capture.finding),
      cell: cellOf(place, CELL_RESOLUTION),
      proven_interval: { t0: capture.t0, t1: capture.t1 },
      tier: verdict.tier,
      basis: verdict.basis,
      place_basis: 'device_claim',
      confidence: confidenceOf(verdict),
      independent_captures: 1,
      verdict_ids: [verdict.verdict_id],
      capture_commitments: [captureCommitment(capture.salt, capture.seal)],
      licence: { resale: licence.resale },
      media: (await this.derivatives.media(tx, capture.id)).media,
      value_at_risk_max: bounty.price.toString(),
    });
    const now = this.clock.now();
    const salt = randomBytes(SALT_BYTES).toString('hex');
    const commitment = commit(record, salt);
    await this.observations.insert(tx, {
      id,
      mode: capture.mode,
      capture_id: capture.id,
      bounty_id: bounty.id,
      contributor_id: capture.contributor_id,
      funder_id: bounty.agent_id,
      kind: bounty.kind,
      record,
      salt,
      commitment,
      coarse_cell: cellOf(place, COARSE_RESOLUTION),
      price: this.config.READ_PRICE,
      currency: bounty.currency,
      resale: licence.resale,
      embargo_until: now + seconds(licence.exclusive_s),
      created_at: now,
    });
    await this.log.append(tx, capture.mode, { type: 'observation', id, commitment });
    return id;
  }
}
