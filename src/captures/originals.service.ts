import { Inject, Injectable } from '@nestjs/common';
import { toWireTime, type OriginalAccess, type OriginalLink, type Page } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../kernel/clock.js';
import { DomainError, found } from '../kernel/problem.js';
import { BountiesRepository } from '../bounties/index.js';
import type { Principal } from '../identity/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork, type Tx } from '../platform/database/index.js';
import { pageOf, readCursor } from '../platform/http/cursor.js';
import type { BodyOf, QueryOf } from '../platform/http/serves.js';
import { Storage } from '../platform/storage/index.js';
import { viewerOf } from './capture.view.js';
import { CapturesRepository } from './captures.repository.js';
import { OriginalsRepository } from './originals.repository.js';

/** Sealed originals: nobody looks at one without a line in a log that its contributor can read. Its requester never does. */
@Injectable()
export class OriginalsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly captures: CapturesRepository,
    private readonly bounties: BountiesRepository,
    private readonly originals: OriginalsRepository,
    private readonly storage: Storage,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** A short-lived link to the original. The look is logged before the link exists. Refuses with `original_removed` after retention. */
  async open(caller: Principal, id: string, body: BodyOf<'open_original'>): Promise<OriginalLink> {
    const row = await this.unitOfWork.run(async (tx) => {
      const { row: capture, role } = await this.insider(tx, caller, id);
      if (capture.original_removed_at !== null || capture.submitted_at === null)
        throw new DomainError('original_removed', `the original of ${id} is not kept`);
      await this.originals.logAccess(tx, {
        capture_id: id,
        viewer_id: caller.id,
        role,
        reason: body.reason,
        at: this.clock.now(),
      });
      return capture;
    });
    const expires_at = this.clock.now() + seconds(this.config.DOWNLOAD_URL_TTL_S);
    const { url } = await this.storage.presignDownload({
      key: row.storage_key,
      expires_at,
      filename: `${id}-original`,
    });
    return { ...row.sealed.manifest.media, url, expires_at: toWireTime(expires_at) };
  }

  /** Who looked at the original, when and why, newest first. */
  async accesses(
    caller: Principal,
    id: string,
    query: QueryOf<'list_original_accesses'>,
  ): Promise<Page<OriginalAccess>> {
    const cursor = readCursor(query.cursor);
    const rows = await this.unitOfWork.run(async (tx) => {
      await this.insider(tx, caller, id);
      return this.originals.accesses(tx, id, {
        before: cursor === null ? null : BigInt(cursor),
        limit: query.limit + 1,
      });
    });
    const { data, ...rest } = pageOf(rows, query.limit, (row) => String(row.id));
    const shown = data.map(({ viewer_id, role, reason, at }) => ({ viewer_id, role, reason, at: toWireTime(at) }));
    return { ...rest, data: shown };
  }

  /** Contributor and operator; for anybody else there is no such capture. */
  private async insider(tx: Tx, caller: Principal, id: string) {
    const row = found(await this.captures.get(tx, id), id);
    const bounty = found(await this.bounties.get(tx, row.bounty_id), row.bounty_id);
    const viewer = viewerOf(caller, row, bounty.agent_id);
    return { row, role: found(viewer === 'requester' ? null : viewer, id) };
  }
}
