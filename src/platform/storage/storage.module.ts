import { Inject, Module, type DynamicModule, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Readiness } from '../http/index.js';
import { Storage } from './storage.js';

const MOUNTED = Symbol('the storage this module mounts');

/** Makes a storage ready with the application, serves its links if it needs that, and watches it. Provide `Storage` itself where it is made. */
@Module({})
export class StorageModule implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    @Inject(MOUNTED) private readonly storage: Storage,
    private readonly host: HttpAdapterHost,
    private readonly readiness: Readiness,
  ) {}

  static of(storage: Storage): DynamicModule {
    return { module: StorageModule, providers: [{ provide: MOUNTED, useValue: storage }] };
  }

  async onModuleInit(): Promise<void> {
    await this.storage.prepare();
    this.readiness.add('storage', () => this.storage.check());
  }

  /** Not before: a scope keeps the error handler of its parent as it is when the scope is made, and Nest sets its own late. */
  async onApplicationBootstrap(): Promise<void> {
    const routes = this.storage.routes();
    if (routes) await this.host.httpAdapter.getInstance<FastifyInstance>().register(routes);
  }
}
