import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { toWireTime, type DeviceChallenge } from '@groundtruth/sdk/protocol';
import { Clock, seconds, type Instant } from '../kernel/clock.js';
import { DomainError } from '../kernel/problem.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { sql, sqlOne, UnitOfWork, type Tx } from '../platform/database/index.js';

/** What a new attestation must be made for. Kept as a hash: whoever reads the database cannot attest for anybody. */
@Injectable()
export class DeviceChallenges {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** 32 fresh random bytes for this contributor. Not repeatable: each call issues another, and forgets those whose time is over. */
  async issue(contributorId: string): Promise<DeviceChallenge> {
    const challenge = randomBytes(32).toString('base64url');
    const now = this.clock.now();
    const expires = now + seconds(this.config.ATTESTATION_CHALLENGE_TTL_S);
    await this.unitOfWork.run(async (tx) => {
      await sql(tx, 'DELETE FROM device_challenge WHERE contributor_id = $1 AND expires_at <= $2', [
        contributorId,
        new Date(now),
      ]);
      await sql(
        tx,
        'INSERT INTO device_challenge (hash, contributor_id, issued_at, expires_at) VALUES ($1, $2, $3, $4)',
        [hashOf(challenge), contributorId, new Date(now), new Date(expires)],
      );
    });
    return { challenge, expires_at: toWireTime(expires) };
  }

  /** Uses a challenge up. @throws {DomainError} `attestation_challenge_unknown` when it is not this contributor's, used or over. */
  async use(tx: Tx, challenge: string, contributorId: string, at: Instant): Promise<void> {
    const used = await sqlOne(
      tx,
      `UPDATE device_challenge SET used_at = $3
        WHERE hash = $1 AND contributor_id = $2 AND used_at IS NULL AND expires_at > $3 RETURNING 1`,
      [hashOf(challenge), contributorId, new Date(at)],
    );
    if (!used)
      throw new DomainError(
        'attestation_challenge_unknown',
        'this challenge is used, expired or was never issued to you',
        {
          param: 'attestation.challenge',
          hint: 'Ask for a new one and attest for it.',
        },
      );
  }
}

const hashOf = (challenge: string): Buffer => createHash('sha256').update(challenge).digest();
