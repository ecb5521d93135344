import { Controller, Get, Header, Inject, Param, Query as RawQuery, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { MODES, type Mode, type ModeKeys } from '@groundtruth/sdk/protocol';
import { found } from '../kernel/problem.js';
import { UnitOfWork } from '../platform/database/index.js';
import { Query, Serves, type QueryOf } from '../platform/http/serves.js';
import { TransparencyLog } from './transparency-log.service.js';

/** Public keys of this instance, as `GET /v1/keys` answers them. */
export const PUBLIC_KEYS = Symbol('public keys');
/** A tile never changes once it is there. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The log as anyone may read it: no key is needed, nothing in it is secret. */
@Controller()
export class LogController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly log: TransparencyLog,
    @Inject(PUBLIC_KEYS) private readonly keys: readonly ModeKeys[],
  ) {}

  @Serves('get_keys')
  publicKeys() {
    return { data: this.keys };
  }

  @Serves('log_checkpoint')
  @Header('content-type', 'text/plain; charset=utf-8')
  async checkpoint(@Query() query: QueryOf<'log_checkpoint'>): Promise<string> {
    return found(
      await this.unitOfWork.run((tx) => this.log.checkpoint(tx, query.mode)),
      `a checkpoint of the ${query.mode} log`,
    ).note;
  }

  @Serves('log_proof')
  async proof(@Query() query: QueryOf<'log_proof'>) {
    return found(
      await this.unitOfWork.run((tx) => this.log.consistencyProof(tx, query.mode, query.from, query.to)),
      'such a proof',
    );
  }

  /** C2SP tlog-tiles: `/v1/log/tile/<level>/<index>` and `/v1/log/tile/entries/<index>`, bytes. */
  @Get('/v1/log/tile/*')
  async tile(
    @Param('*') path: string,
    @RawQuery('mode') wanted: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const mode = found(
      MODES.find((known) => known === (wanted ?? 'test')),
      'such a mode',
    ) as Mode;
    const bytes = found(await this.unitOfWork.run((tx) => this.log.resource(tx, mode, `tile/${path}`)), `tile/${path}`);
    await reply.header('content-type', 'application/octet-stream').header('cache-control', FOR_EVER).send(bytes);
  }
}
