import { Inject, Injectable } from '@nestjs/common';
import { toWireTime, type Criteria, type Id, type Reference } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../kernel/clock.js';
import { mintId } from '../kernel/ids.js';
import { DomainError, found } from '../kernel/problem.js';
import type { Principal } from '../identity/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork, type Command } from '../platform/database/index.js';
import type { BodyOf } from '../platform/http/serves.js';
import { Storage } from '../platform/storage/index.js';
import { ReferencesRepository, type ReferenceRow } from './references.repository.js';

/** Pictures that captures are compared with. Their bytes are opened by the decoder alone. */
@Injectable()
export class ReferencesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly references: ReferencesRepository,
    private readonly storage: Storage,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Announces a picture and answers a signed upload URL for exactly its bytes. */
  async create(command: Command, caller: Principal, body: BodyOf<'create_reference'>) {
    const { replayed, result } = await this.unitOfWork.once(command, async (tx) => {
      const id = mintId('reference');
      await this.references.insert(tx, {
        id,
        mode: caller.mode,
        agent_id: caller.id as Id<'agent'>,
        storage_key: `references/${id}`,
        ...body,
        bytes: BigInt(body.bytes),
        created_at: this.clock.now(),
      });
      return { id };
    });
    return { replayed, result: await this.view(caller, result.id) };
  }

  /**
   * Refuses criteria that name a picture which is another's, of the other mode or does not exist (`not_found`), or which has not been
   * uploaded (`reference_unusable`). Bytes are confirmed once, before any transaction: storage is another machine. Repeatable.
   */
  async checkUsable(caller: Principal, criteria: Criteria): Promise<void> {
    for (const [index, criterion] of criteria.all.entries()) {
      if (!('similar_to' in criterion)) continue;
      const row = await this.own(caller, criterion.similar_to.reference);
      if (row.uploaded_at === null) await this.confirm(row, `criteria.all.${index}.similar_to.reference`);
    }
  }

  private async confirm(row: ReferenceRow, param: string): Promise<void> {
    const { sha256, media_type } = row;
    const outcome = await this.storage.confirm(row.storage_key, { sha256, media_type, bytes: Number(row.bytes) });
    if (outcome !== 'confirmed') {
      const hint = 'PUT the file to its upload URL, or announce it again when that has expired.';
      throw new DomainError('reference_unusable', `the bytes of ${row.id} have not arrived`, { param, hint });
    }
    await this.unitOfWork.run((tx) => this.references.markUploaded(tx, row.id, this.clock.now()));
  }

  private async own(caller: Principal, id: string): Promise<ReferenceRow> {
    const row = await this.unitOfWork.run((tx) => this.references.get(tx, id));
    return found(row && row.agent_id === caller.id && row.mode === caller.mode ? row : null, id);
  }

  private async view(caller: Principal, id: string): Promise<Reference> {
    const row = await this.own(caller, id);
    const { sha256, media_type, storage_key: key } = row;
    const bytes = Number(row.bytes);
    const expires_at = row.created_at + seconds(this.config.UPLOAD_URL_TTL_S);
    const open = expires_at > this.clock.now();
    const link = open ? await this.storage.presignUpload({ key, sha256, bytes, media_type, expires_at }) : null;
    return {
      id: row.id,
      sha256,
      media_type,
      bytes,
      created_at: toWireTime(row.created_at),
      upload: link && { ...link, expires_at: toWireTime(expires_at) },
    };
  }
}
