/**
 * A card process of a drill: everything that moves card money, in one process to be killed, and the address that takes webhooks. It is told
 * what to do over its pipe, and ends with it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import type { FastifyRequest } from 'fastify';
import type { DataSource } from 'typeorm';
import { assert } from '../../../src/kernel/assert.js';
import { ManualClock } from '../../../src/kernel/clock.js';
import { DomainError } from '../../../src/kernel/problem.js';
import { CARD_FAILPOINTS, type CardFailpoint } from '../../../src/payments/stripe/card.failpoints.js';
import { armedFailpoint } from '../../../src/platform/failpoint.js';
import { createDataSource, UnitOfWork } from '../../../src/platform/database/index.js';
import { createLogger, type Log } from '../../../src/platform/telemetry/index.js';
import type { Answered, Asked } from '../told-process.js';
import type { Answer, Command, RoundSetting } from './messages.js';
import { partsOf, type Parts } from './parts.js';
import { work } from './work.js';

const POOL_MAX = 8;

interface Round {
  readonly dataSource: DataSource;
  readonly unitOfWork: UnitOfWork;
  readonly parts: Parts;
}

/** The process between its birth and its kill. */
class CardChild {
  private readonly clock = new ManualClock(0);
  private round: Round | null = null;
  private passes: Record<string, number> = {};
  private webhook_url = '';

  constructor(private readonly log: Log) {}

  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.receive(request, response));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    this.webhook_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/webhooks/stripe`;
  }

  async obey(command: Command): Promise<Answer> {
    this.clock.set(command.now);
    let troubles: string[] = [];
    if (command.do === 'begin') await this.begin(command.setting);
    else if (command.do === 'end') await this.end();
    else troubles = await work(this.current(), command);
    return { webhook_url: this.webhook_url, passes: this.passes, troubles };
  }

  private async begin({ database_url, stripe, failpoint }: RoundSetting): Promise<void> {
    await this.end();
    const armed = armedFailpoint(failpoint, CARD_FAILPOINTS);
    const passes: Record<string, number> = (this.passes = {});
    const at = (name: CardFailpoint): void => {
      passes[name] = (passes[name] ?? 0) + 1;
      armed(name);
    };
    const dataSource = await createDataSource({ url: database_url, poolMax: POOL_MAX, applicationName: 'card-drill' });
    const unitOfWork = new UnitOfWork(dataSource, this.clock);
    this.round = { dataSource, unitOfWork, parts: partsOf(unitOfWork, this.clock, this.log, at, stripe) };
  }

  private async end(): Promise<void> {
    await this.round?.dataSource.destroy();
    this.round = null;
  }

  private current(): Round {
    assert(this.round, 'a round has to begin first');
    return this.round;
  }

  /** Answers as the api would: 200 once it is kept. */
  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      const signature = request.headers['stripe-signature'] as string | undefined;
      await this.current().parts.webhooks.receive({ body } as unknown as FastifyRequest, signature);
      response.writeHead(200).end('{}');
    } catch (error) {
      response.writeHead(error instanceof DomainError ? error.status : 500).end(String(error));
    }
  }
}

async function main([level = 'silent']: string[]): Promise<void> {
  const child = new CardChild(createLogger({ level: level as 'error', process: `card ${process.pid}` }));
  await child.listen();
  process.on('disconnect', () => process.exit(0));
  process.on('message', ({ id, command }: Asked<Command>) => {
    child.obey(command).then(
      (done) => answer({ id, answer: done }),
      (error: unknown) =>
        answer({ id, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }),
    );
  });
  answer({ ready: true });
}

const answer = (answered: Answered<Answer>): void => void process.send?.(answered);

await main(process.argv.slice(2));
