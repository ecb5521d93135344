import { Inject, Injectable } from '@nestjs/common';
import { OBJECT_LABELS } from '@groundtruth/sdk/protocol';
import { CONFIG, type Config } from '../platform/config/index.js';
import { findProgram } from '../platform/find-program.js';
import { configuredFormats } from '../identity/index.js';
import type { Reach } from './bounty.rules.js';

/** What this instance can check, from its configuration and the packaged models. */
@Injectable()
export class Reachability implements Reach {
  readonly labels: ReadonlySet<string> = new Set(OBJECT_LABELS);
  readonly signed_value_max: bigint;
  readonly attestation: boolean;
  readonly third_party_c2pa: boolean;
  readonly video: boolean;

  readonly open_vocabulary: boolean;
  readonly detectors: number;

  constructor(@Inject(CONFIG) config: Config) {
    this.signed_value_max = config.SIGNED_VALUE_MAX;
    this.open_vocabulary = config.OPEN_VOCABULARY_CARD !== undefined;
    this.detectors = config.SECOND_DETECTOR === 'none' ? 1 : 2;
    this.third_party_c2pa = config.C2PA_TRUST_FILES.length > 0;
    this.attestation = configuredFormats(config).length > 0;
    this.video = findProgram('ffmpeg', config.FFMPEG_PATH) !== null;
  }
}
