import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { BountiesModule } from './bounties/index.js';
import { CapturesModule } from './captures/index.js';
import { DiscoveryModule } from './discovery/index.js';
import { FeedsModule, ObservationSigner, WEBHOOK_KEY } from './feeds/index.js';
import { MarketModule } from './market/index.js';
import { McpModule } from './mcp/index.js';
import { FulfilmentModule } from './fulfilment/index.js';
import { CertificateAuthorities, IdentityKey, IdentityModule } from './identity/index.js';
import type { Keyring } from './keyring.js';
import type { Clock } from './kernel/clock.js';
import { LedgerModule } from './ledger/index.js';
import type { Cards } from './card.js';
import type { Chains } from './chain.js';
import { ESCROW_CHAINS, PaymentsModule, READ_CHAINS, STRIPE } from './payments/index.js';
import { UnitOfWork } from './platform/database/index.js';
import { ReplayInterceptor } from './platform/http/replay.interceptor.js';
import { Outbox, OutboxRelay } from './platform/outbox/index.js';
import { Queue } from './platform/queue/index.js';
import { Storage, StorageModule } from './platform/storage/index.js';
import { PolicyModule } from './policy/index.js';
import { QuotesModule } from './quotes/index.js';
import { StandingModule } from './standing/index.js';
import { ReputationModule } from './reputation/index.js';
import { SandboxModule } from './sandbox/index.js';
import { LogController, PUBLIC_KEYS, Sequencer, TransparencyLog, type Witnesses } from './transparency/index.js';
import { VERDICT_SIGNERS, VerificationModule } from './verification/index.js';

/** What exists once in a process and is made before the application: connections, keys, the log. */
export interface Parts {
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly unitOfWork: UnitOfWork;
  readonly outbox: Outbox;
  readonly relay: OutboxRelay;
  readonly queue: Queue;
  readonly storage: Storage;
  readonly log: TransparencyLog;
  readonly sequencer: Sequencer;
  readonly witnesses: Witnesses;
  readonly chains: Chains;
  readonly cards: Cards;
}

/** Puts the parts where every module can be given them. */
@Module({})
class PartsModule {
  static of(parts: Parts): DynamicModule {
    const providers: Provider[] = [
      { provide: UnitOfWork, useValue: parts.unitOfWork },
      { provide: Outbox, useValue: parts.outbox },
      { provide: OutboxRelay, useValue: parts.relay },
      { provide: Queue, useValue: parts.queue },
      { provide: Storage, useValue: parts.storage },
      { provide: TransparencyLog, useValue: parts.log },
      { provide: Sequencer, useValue: parts.sequencer },
      { provide: ObservationSigner, useValue: parts.keyring.observation_signer },
      { provide: WEBHOOK_KEY, useValue: parts.keyring.webhook_key },
      { provide: CertificateAuthorities, useValue: parts.keyring.authorities },
      { provide: IdentityKey, useValue: parts.keyring.identity_key },
      { provide: VERDICT_SIGNERS, useValue: parts.keyring.verdict_signers },
      { provide: PUBLIC_KEYS, useValue: parts.keyring.public_keys },
      { provide: ESCROW_CHAINS, useValue: parts.chains.escrows },
      { provide: READ_CHAINS, useValue: parts.chains.reads },
      { provide: STRIPE, useValue: parts.cards.accesses },
    ];
    return {
      module: PartsModule,
      global: true,
      imports: [LedgerModule],
      providers,
      exports: [...providers, LedgerModule],
    };
  }
}

/** The whole market as one application. */
@Module({})
export class AppModule {
  static of(parts: Parts): DynamicModule {
    const domains = [
      IdentityModule,
      ReputationModule,
      PolicyModule,
      PaymentsModule,
      BountiesModule,
      MarketModule,
      CapturesModule,
      VerificationModule,
      FeedsModule,
      FulfilmentModule,
      QuotesModule,
      SandboxModule,
      StandingModule,
    ];
    return {
      module: AppModule,
      imports: [PartsModule.of(parts), StorageModule.of(parts.storage), DiscoveryModule, McpModule, ...domains],
      controllers: [LogController],
      providers: [{ provide: APP_INTERCEPTOR, useClass: ReplayInterceptor }],
    };
  }
}
