import { Injectable } from '@nestjs/common';
import { found } from '../kernel/problem.js';
import { BountiesRepository } from '../bounties/index.js';
import { CapturesRepository, viewerOf } from '../captures/index.js';
import type { Principal } from '../identity/index.js';
import { UnitOfWork } from '../platform/database/index.js';
import { TransparencyLog } from '../transparency/index.js';
import { VerdictsRepository } from './verdicts.repository.js';

@Injectable()
export class VerdictsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly captures: CapturesRepository,
    private readonly bounties: BountiesRepository,
    private readonly verdicts: VerdictsRepository,
    private readonly log: TransparencyLog,
  ) {}

  /** The newest verdict with salt and inclusion proof (null until a checkpoint covers it). A requester gets it once the capture is paid, and never the inputs. */
  async get(caller: Principal, captureId: string) {
    return this.unitOfWork.run(async (tx) => {
      const row = found(await this.captures.get(tx, captureId), captureId);
      const bounty = found(await this.bounties.get(tx, row.bounty_id), row.bounty_id);
      const viewer = found(viewerOf(caller, row, bounty.agent_id), captureId);
      const visible = viewer !== 'requester' || row.state === 'settled';
      const verdict = found(visible ? await this.verdicts.newest(tx, captureId) : null, `the verdict of ${captureId}`);
      return {
        verdict: verdict.body,
        salt: verdict.salt,
        proof: await this.log.inclusionProof(tx, row.mode, verdict.id),
        inputs: viewer === 'requester' ? null : verdict.inputs,
      };
    });
  }
}
