import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { HealthController } from './health.controller.js';

/** Puts the parts that every module may inject around the application's own module. */
@Module({})
export class HttpRootModule {
  static around(application: Type | DynamicModule, parts: Provider[]): DynamicModule {
    return {
      module: HttpRootModule,
      global: true,
      imports: [application],
      controllers: [HealthController],
      providers: parts,
      exports: parts,
    };
  }
}
