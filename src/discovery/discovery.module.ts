import { Module } from '@nestjs/common';
import { DiscoveryController } from './discovery.controller.js';
import { DocsController } from './docs.controller.js';
import { WellKnownController } from './well-known.controller.js';

@Module({ controllers: [DiscoveryController, DocsController, WellKnownController] })
export class DiscoveryModule {}
