import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { ContributorClient, DeviceKey, type EnrolledDevice } from '@groundtruth/sdk/contributor';
import type { ClientOptions } from '@groundtruth/sdk/agent';
import { Clock } from '../kernel/clock.js';
import { SimulatedAccounts } from '../identity/index.js';
import { UnitOfWork } from '../platform/database/index.js';
import { inProcessFetch, PublicAddress } from '../platform/http/index.js';
import { sleep } from '../platform/time.js';

/** What a simulated contributor holds while it acts: nothing of it outlives the step. */
export interface Equipment {
  readonly client: ContributorClient;
  readonly device: EnrolledDevice;
}

/** Puts simulated contributors in front of the door that everybody uses. */
@Injectable()
export class SimulatedClients {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    private readonly address: PublicAddress,
    private readonly accounts: SimulatedAccounts,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Registers a contributor and marks it as simulated. Not repeatable: each call makes another. */
  async register(agentId: string, signal: AbortSignal): Promise<string> {
    const made = { name: 'simulated contributor', mode: 'test', adult: true } as const;
    const { id } = await ContributorClient.contributors.register({ ...this.options(), ...made, signal });
    await this.unitOfWork.run((tx) => this.accounts.mark(tx, id, agentId));
    return id;
  }

  /** A new key of the account and a new device: what it had before this step is worth nothing any more. */
  async equip(contributorId: string, signal: AbortSignal): Promise<Equipment> {
    const apiKey = await this.unitOfWork.run((tx) => this.accounts.newKey(tx, contributorId, this.clock.now()));
    const client = new ContributorClient({ ...this.options(), apiKey });
    return { client, device: await client.devices.enrol(await DeviceKey.generate(), { signal }) };
  }

  /** Found at each use: the port is known only once the api listens. */
  private options(): ClientOptions {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    const fetch = inProcessFetch(server, () => this.address.origin);
    const elapsed_ms = (): number => this.clock.now();
    // Nothing here competes with anybody, so its retries need no dice.
    const timing = { elapsed_ms, wall_ms: elapsed_ms, sleep: waited, random: () => 1 };
    return { baseUrl: this.address.origin, fetch, timing };
  }
}

async function waited(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, signal);
  signal?.throwIfAborted();
}
