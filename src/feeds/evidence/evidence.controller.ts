import { Controller, Inject, Param } from '@nestjs/common';
import type { Evidence, EvidenceFormat, ModeKeys } from '@groundtruth/sdk/protocol';
import { found } from '../../kernel/problem.js';
import { Caller, type Principal } from '../../identity/index.js';
import { Query, Serves, type QueryOf } from '../../platform/http/serves.js';
import { PUBLIC_KEYS } from '../../transparency/index.js';
import { FeedsService } from '../feeds.service.js';
import { erc1497Of } from './erc1497.js';
import type { Evidenced } from './evidenced.js';
import { realityOf } from './reality.js';
import { umaOf } from './uma.js';
import { verifierOf } from './verifier.js';

const FORMATS: Readonly<Record<EvidenceFormat, (evidenced: Evidenced) => Evidence>> = {
  uma: umaOf,
  reality: realityOf,
  erc1497: erc1497Of,
  verifier: verifierOf,
};

/** What somebody has read, in the words of those who decide by it. Whoever has not read it is told no more than that it does not exist. */
@Controller()
export class EvidenceController {
  constructor(
    private readonly feeds: FeedsService,
    @Inject(PUBLIC_KEYS) private readonly keys: readonly ModeKeys[],
  ) {}

  @Serves('observation_evidence')
  async evidence(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() { format }: QueryOf<'observation_evidence'>,
  ): Promise<Evidence> {
    const { card, body } = await this.feeds.get(caller, id);
    const { record, salt, proof } = found(body, `a read of ${id}`);
    const keys = this.keys.find(({ mode }) => mode === record.mode)!;
    return FORMATS[format]({ card, record, salt, proof, keys });
  }
}
