import { Inject, Injectable } from '@nestjs/common';
import { OBJECT_LABELS } from '@groundtruth/sdk/protocol';
import { CONFIG, type Config } from '../platform/config/index.js';
import type { Reach } from './bounty.rules.js';

/** What this instance can check, from its configuration and the packaged models. */
@Injectable()
export class Reachability implements Reach {
  readonly labels: ReadonlySet<string> = new Set(OBJECT_LABELS);
  readonly signed_value_max: bigint;

  constructor(@Inject(CONFIG) config: Config) {
    this.signed_value_max = config.SIGNED_VALUE_MAX;
  }
}
