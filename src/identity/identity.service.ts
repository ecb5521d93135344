import { Inject, Injectable } from '@nestjs/common';
import type { Id, Mode } from '@groundtruth/sdk/protocol';
import { toWireTime } from '@groundtruth/sdk/protocol';
import { Clock, type Instant } from '../kernel/clock.js';
import { deriveId, mintId } from '../kernel/ids.js';
import { DomainError } from '../kernel/problem.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import type { BodyOf } from '../platform/http/serves.js';
import { addressTrait } from './address-block.js';
import { hashApiKey, mintApiKey } from './api-key.js';
import { Clusters } from './clusters/clusters.js';
import { IdentityKey } from './identity.key.js';
import { IdentityRepository } from './identity.repository.js';
import type { Principal } from './principal.js';

const NO_CAPS = { per_bounty: null, rolling_24h: null };

@Injectable()
export class IdentityService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly identities: IdentityRepository,
    private readonly clusters: Clusters,
    private readonly key: IdentityKey,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Registers an agent and its first key. The key is in the answer of the first call only: a replay shows `api_key: null`,
   * because a key that could be asked for again would have to be stored readable.
   */
  async registerAgent(command: Command, body: BodyOf<'create_agent'>, address: string) {
    this.needsMode(body.mode);
    const key = mintApiKey(body.mode);
    const answer = await this.unitOfWork.once(anonymous(command, body.name), async (tx) => {
      const id = mintId('agent');
      const at = this.clock.now();
      await this.identities.insertAgent(tx, { id, mode: body.mode, name: body.name, at });
      await this.rememberAddress(tx, id, address, at);
      const caps = { per_bounty: body.spend_caps.per_bounty ?? null, rolling_24h: body.spend_caps.rolling_24h ?? null };
      await this.identities.insertKey(tx, {
        ...keyRow(key, id, body),
        role: 'agent',
        scopes: ['read', 'spend'],
        caps,
        at,
      });
      return { id, mode: body.mode, name: body.name, api_key: null, created_at: toWireTime(at) };
    });
    return shownOnce(answer, key);
  }

  /** Registers a contributor and its key; as `registerAgent`. */
  async registerContributor(command: Command, body: BodyOf<'create_contributor'>, address: string) {
    this.needsMode(body.mode);
    const key = mintApiKey(body.mode);
    const answer = await this.unitOfWork.once(anonymous(command, body.name), async (tx) => {
      const id = mintId('contributor');
      const at = this.clock.now();
      await this.identities.insertContributor(tx, { id, mode: body.mode, name: body.name, adult: body.adult, at });
      await this.rememberAddress(tx, id, address, at);
      await this.identities.insertKey(tx, {
        ...keyRow(key, id, body),
        role: 'contributor',
        scopes: ['read', 'capture'],
        caps: NO_CAPS,
        at,
      });
      return { id, mode: body.mode, name: body.name, api_key: null, created_at: toWireTime(at) };
    });
    return shownOnce(answer, key);
  }

  /** Makes the operator's key of a mode valid. Repeatable: the same key changes nothing. */
  async installOperatorKey(mode: Mode, key: string): Promise<Id<'operator'>> {
    const id = deriveId('operator', mode);
    await this.unitOfWork.run(async (tx) => {
      const row = {
        ...keyRow(key, id, { mode, name: 'operator' }),
        role: 'operator' as const,
        caps: NO_CAPS,
        at: this.clock.now(),
      };
      await this.identities.insertKey(tx, { ...row, scopes: ['read', 'admin'] });
    });
    return id;
  }

  private async rememberAddress(tx: Tx, id: string, address: string, at: Instant): Promise<void> {
    const trait = addressTrait(address, this.key);
    if (trait) await this.clusters.addTrait(tx, id, trait, at);
  }

  async authenticate(key: string): Promise<Principal | null> {
    const principal = await this.unitOfWork.run((tx) => this.identities.principalOf(tx, hashApiKey(key)));
    if (principal) this.needsMode(principal.mode);
    return principal;
  }

  /** Where time can be moved there is no mode live, not even for a key that was good before. */
  private needsMode(mode: Mode): void {
    if (mode === 'live' && this.config.SANDBOX_CLOCK === 'on')
      throw new DomainError('mode_mismatch', 'the clock of this market can be moved, so it has no mode live');
  }
}

function keyRow(key: string, principalId: string, body: { mode: Mode; name: string }) {
  return {
    id: deriveId('account', 'api-key', hashApiKey(key).toString('hex')),
    hash: hashApiKey(key),
    principal_id: principalId,
    mode: body.mode,
    name: body.name,
  };
}

/** Callers without a key share no namespace: their idempotency keys are told apart by the name they register. */
function anonymous(command: Command, name: string): Command {
  return { ...command, principal: `anonymous:${name}` };
}

function shownOnce<T extends { api_key: null }>(answer: { result: T; replayed: boolean }, key: string) {
  return { replayed: answer.replayed, result: answer.replayed ? answer.result : { ...answer.result, api_key: key } };
}
