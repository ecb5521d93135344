import { Inject, Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import { DomainError } from '../../kernel/problem.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { destinationOf, DestinationRefused, egressPolicies, type EgressPolicy } from '../../platform/egress/index.js';

/** Where webhooks of each mode may go. */
@Injectable()
export class WebhookUrls {
  readonly policies: Readonly<Record<Mode, EgressPolicy>>;

  constructor(@Inject(CONFIG) config: Config) {
    this.policies = egressPolicies(config.EGRESS_ALLOW_PRIVATE);
  }

  /** Refuses with `webhook_url_refused` what the URL alone shows to be wrong. Which addresses its name has is asked at every attempt. */
  check(mode: Mode, url: string): void {
    try {
      destinationOf(url, this.policies[mode]);
    } catch (error) {
      if (!(error instanceof DestinationRefused)) throw error;
      const hint = 'Use a public address; docs/webhooks.md says which URLs are taken.';
      throw new DomainError('webhook_url_refused', error.reason, { param: 'url', hint }, { cause: error });
    }
  }
}
