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
const PLAIN_TEXT = 'text/plain; charset=utf-8';

/**
 * The log as anyone may read it: no key is needed, nothing in it is secret. Beside the routes of the contract it is served under one
 * prefix a mode, `/v1/log/test` and `/v1/log/live`, in the layout that any C2SP client knows.
 */
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
  @Header('content-type', PLAIN_TEXT)
  @Header('cache-control', 'no-store')
  async checkpoint(@Query() query: QueryOf<'log_checkpoint'>): Promise<string> {
    return found(
      await this.unitOfWork.run((tx) => this.log.checkpoint(tx, query.mode)),
      `a checkpoint of the ${query.mode} log`,
    ).note;
  }

  @Serves('log_checkpoints')
  async checkpoints(@Query() { mode, after, limit }: QueryOf<'log_checkpoints'>) {
    const all = await this.unitOfWork.run((tx) => this.log.checkpointsAfter(tx, mode, after, limit + 1));
    const data = all.slice(0, limit).map(({ size, note, log_root }) => ({ size, checkpoint: note, log_root }));
    return { data, has_more: all.length > limit };
  }

  @Serves('log_proof')
  async proof(@Query() query: QueryOf<'log_proof'>) {
    return found(
      await this.unitOfWork.run((tx) => this.log.consistencyProof(tx, query.mode, query.from, query.to)),
      'such a proof',
    );
  }

  /** C2SP tlog-tiles: the newest checkpoint under the prefix of its mode. */
  @Get('/v1/log/:mode/checkpoint')
  @Header('content-type', PLAIN_TEXT)
  @Header('cache-control', 'no-store')
  checkpointUnderPrefix(@Param('mode') wanted: string): Promise<string> {
    return this.checkpoint({ mode: modeNamed(wanted) });
  }

  /** C2SP tlog-tiles: `/v1/log/<mode>/tile/<level>/<index>` and `/v1/log/<mode>/tile/entries/<index>`, bytes. */
  @Get('/v1/log/:mode/tile/*')
  tileUnderPrefix(@Param('mode') mode: string, @Param('*') path: string, @Res() reply: FastifyReply): Promise<void> {
    return this.tile(path, mode, reply);
  }

  /** The same without a prefix; the mode is asked for as everywhere else. */
  @Get('/v1/log/tile/*')
  async tile(
    @Param('*') path: string,
    @RawQuery('mode') wanted: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const mode = modeNamed(wanted ?? 'test');
    const bytes = found(await this.unitOfWork.run((tx) => this.log.resource(tx, mode, path)), `tile/${path}`);
    await reply.header('content-type', 'application/octet-stream').header('cache-control', FOR_EVER).send(bytes);
  }
}

const modeNamed = (wanted: string): Mode =>
  found(
    MODES.find((known) => known === wanted),
    'such a mode',
  ) as Mode;
