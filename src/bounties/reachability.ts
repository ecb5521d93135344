import { Inject, Injectable } from '@nestjs/common';
import { OBJECT_LABELS, type Mode } from '@groundtruth/sdk/protocol';
import { CONFIG, type Config } from '../platform/config/index.js';
import { findProgram } from '../platform/find-program.js';
import { configuredFormats } from '../identity/index.js';
import { ESCROW_CHAINS, type EscrowChains } from '../payments/index.js';
import type { Reach } from './bounty.rules.js';

/** What this instance can check and pay by, from its configuration and the packaged models. */
@Injectable()
export class Reachability {
  readonly detectors: number;
  readonly open_vocabulary: boolean;
  private readonly reach: Omit<Reach, 'chain'>;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(ESCROW_CHAINS) private readonly chains: EscrowChains,
  ) {
    this.detectors = config.SECOND_DETECTOR === 'none' ? 1 : 2;
    this.open_vocabulary = config.OPEN_VOCABULARY_CARD !== undefined;
    this.reach = {
      labels: new Set(OBJECT_LABELS),
      signed_value_max: config.SIGNED_VALUE_MAX,
      open_vocabulary: this.open_vocabulary,
      third_party_c2pa: config.C2PA_TRUST_FILES.length > 0,
      attestation: configuredFormats(config).length > 0,
      video: findProgram('ffmpeg', config.FFMPEG_PATH) !== null,
    };
  }

  /** For bounties of a mode. */
  at(mode: Mode): Reach {
    return { ...this.reach, chain: this.chains[mode] !== null };
  }
}
