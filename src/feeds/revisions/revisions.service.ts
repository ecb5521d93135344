import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { commit, type Id, type ObservationRecord, type RevisionCause } from '@groundtruth/sdk/protocol';
import { Clock, seconds, type Instant } from '../../kernel/clock.js';
import { cellOf } from '../../kernel/geo.js';
import { deriveId } from '../../kernel/ids.js';
import { BountyFunders, termsFromRow, termsSubject, type BountyRow } from '../../bounties/index.js';
import { DerivativesService, type CaptureRow } from '../../captures/index.js';
import { Clusters } from '../../identity/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import type { Tx } from '../../platform/database/index.js';
import { PolicyGate } from '../../policy/index.js';
import { TransparencyLog } from '../../transparency/index.js';
import { independentGroups } from '../observations/independence.js';
import type { ObservationRow } from '../observations/observation.entity.js';
import { fundersColumn } from '../observations/observation.funders.js';
import { ObservationSigner } from '../observations/observation.signer.js';
import { valueAtRiskOf } from '../observations/value-at-risk.js';
import { RevisionsRepository, type StatedCapture } from './revisions.repository.js';
import { together } from './statement.js';

/** H3 resolution of free cards: cells of about 8.5 km edge. */
const COARSE_RESOLUTION = 5;
const SALT_BYTES = 32;
const HOUR_MS = seconds(3_600);

type Unsigned = Omit<ObservationRecord, 'signature' | 'signer'>;
type Common = Pick<ObservationRow, 'mode' | 'bounty_id' | 'contributor_id' | 'funder_id' | 'funders' | 'kind' | 'chain_id' | 'coarse_cell' | 'currency' | 'resale' | 'embargo_until'>; // prettier-ignore

/** Signs observations, each with a salt and a log leaf of its own: first ones, and those that replace them. */
@Injectable()
export class RevisionsService {
  constructor(
    private readonly revisions: RevisionsRepository,
    private readonly signer: ObservationSigner,
    private readonly clusters: Clusters,
    private readonly funders: BountyFunders,
    private readonly derivatives: DerivativesService,
    private readonly policy: PolicyGate,
    private readonly log: TransparencyLog,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The first observation of a chain: what one capture says alone. */
  async begin(tx: Tx, capture: CaptureRow, bounty: BountyRow, stated: StatedCapture): Promise<void> {
    const terms = termsFromRow(bounty);
    const { licence } = terms;
    const delay_s = this.policy.publishDelayS({ id: bounty.id, mode: bounty.mode, ...termsSubject(terms) });
    const common: Common = {
      mode: capture.mode,
      bounty_id: bounty.id,
      contributor_id: capture.contributor_id,
      funder_id: bounty.agent_id,
      funders: fundersColumn(bounty.agent_id, await this.funders.shares(tx, bounty)),
      kind: bounty.kind,
      chain_id: stated.chain_id,
      coarse_cell: cellOf(capture.sealed.manifest.place, COARSE_RESOLUTION),
      currency: bounty.currency,
      resale: licence.resale,
      embargo_until: this.clock.now() + seconds(Math.max(licence.exclusive_s, delay_s)),
    };
    const record = await this.said(tx, stated.chain_id, common, [stated]);
    await this.insert(tx, common, record, { capture_id: capture.id, revision: 1, price: this.config.READ_PRICE });
  }

  /** Replaces the newest observation of a chain by what its captures say now; by a retraction when none is left. */
  async revise(tx: Tx, chainId: Id<'observation'>, cause: Exclude<RevisionCause, 'retraction'>): Promise<void> {
    const stated = await this.revisions.lock(tx, chainId);
    const replaced = await this.revisions.newest(tx, chainId);
    const number = replaced.revision + 1;
    const id = deriveId('observation', chainId, String(number));
    const [first, ...others] = stated;
    const said = first ? await this.said(tx, id, replaced, [first, ...others]) : retracted(id, replaced.record);
    const revision = { number, revises: replaced.id, cause: first ? cause : ('retraction' as const) };
    await this.insert(tx, replaced, { ...said, revision }, {
      capture_id: stated.at(-1)?.capture_id ?? replaced.capture_id,
      revision: number,
      price: first ? this.config.READ_PRICE : 0n,
    }); // prettier-ignore
  }

  private async said(
    tx: Tx,
    id: Id<'observation'>,
    { mode, kind, resale }: Common,
    stated: readonly [StatedCapture, ...StatedCapture[]],
  ): Promise<Unsigned> {
    const [first, ...others] = stated;
    const clusters = await this.clusters.clusterOf(
      tx,
      stated.map(({ contributor_id }) => contributor_id),
    );
    const words = stated.map(({ contributor_id, statement: { tier, pay } }) => {
      return { by: clusters.get(contributor_id)!, tier, pay: BigInt(pay) };
    });
    const groups = independentGroups(words);
    return {
      id,
      mode,
      kind,
      ...together([first.statement, ...others.map(({ statement }) => statement)]),
      place_basis: 'device_claim',
      independent_captures: groups.length,
      licence: { resale },
      media: (await this.derivatives.media(tx, stated.at(-1)!.capture_id)).media,
      value_at_risk_max: valueAtRiskOf(groups).toString(),
    };
  }

  private async insert(
    tx: Tx,
    common: Common,
    unsigned: Unsigned,
    { capture_id, revision, price }: { capture_id: Id<'capture'>; revision: number; price: bigint },
  ): Promise<void> {
    const { mode, bounty_id, contributor_id, funder_id, funders, kind, chain_id, coarse_cell } = common;
    const { currency, resale, embargo_until } = common;
    const record = await this.signer.sign(unsigned);
    const salt = randomBytes(SALT_BYTES).toString('hex');
    const commitment = commit(record, salt);
    await this.revisions.insert(tx, {
      id: record.id,
      mode,
      capture_id,
      bounty_id,
      contributor_id,
      funder_id,
      funders,
      kind,
      record,
      salt,
      commitment,
      coarse_cell,
      hour: hourOf(record.proven_interval.t0),
      tier: record.tier,
      independent_captures: record.independent_captures,
      chain_id,
      revision,
      revises: record.revision?.revises ?? null,
      revision_cause: record.revision?.cause ?? null,
      price,
      currency,
      resale,
      embargo_until,
      created_at: this.clock.now(),
    });
    await this.log.append(tx, mode, { type: 'observation', id: record.id, commitment });
  }
}

/** Says only that what it replaces no longer stands: whoever weighs a stake by it must find nothing to stand on. */
function retracted(id: Id<'observation'>, { signature, signer, ...record }: ObservationRecord): Unsigned {
  return { ...record, id, facts: [], confidence: 0, independent_captures: 0, media: null, value_at_risk_max: '0' };
}

const hourOf = (instant: Instant): Instant => Math.floor(instant / HOUR_MS) * HOUR_MS;
