import { Controller, Param } from '@nestjs/common';
import { Caller, Once, type Principal } from '../identity/index.js';
import type { Command } from '../platform/database/index.js';
import { Body, Query, Serves, type BodyOf, type QueryOf } from '../platform/http/serves.js';
import { PayoutAccounts } from './payout-accounts.service.js';
import { AwardsService } from './rails/stablecoin/distributor/awards.service.js';
import { Faucet } from './rails/stablecoin/faucet.service.js';
import { ReleasesService } from './rails/stablecoin/releases.service.js';
import { WalletService } from './wallet.service.js';

@Controller()
export class PaymentsController {
  constructor(
    private readonly wallets: WalletService,
    private readonly payouts: PayoutAccounts,
    private readonly releases: ReleasesService,
    private readonly awards: AwardsService,
    private readonly faucet: Faucet,
  ) {}

  @Serves('get_balance')
  balance(@Caller() caller: Principal) {
    return this.wallets.balance(caller);
  }

  @Serves('list_transfers')
  transfers(@Caller() caller: Principal, @Query() query: QueryOf<'list_transfers'>) {
    return this.wallets.transfers(caller, query);
  }

  @Serves('create_payout_account')
  payoutAccount(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'create_payout_account'>) {
    return this.payouts.name(command, caller, body);
  }

  @Serves('list_payout_accounts')
  payoutAccounts(@Caller() caller: Principal) {
    return this.payouts.list(caller);
  }

  @Serves('faucet')
  pour(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'faucet'>) {
    return this.faucet.pour(command, caller, body);
  }

  @Serves('get_release')
  release(@Caller() caller: Principal, @Param('id') id: string) {
    return this.releases.get(caller, id);
  }

  @Serves('list_awards')
  listAwards(@Caller() caller: Principal) {
    return this.awards.list(caller);
  }

  @Serves('get_payout_root')
  payoutRoot(@Param('id') epoch: string, @Query() query: QueryOf<'get_payout_root'>) {
    return this.awards.root(epoch, query);
  }

  @Serves('sandbox_credit')
  credit(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'sandbox_credit'>) {
    return this.wallets.creditSandbox(command, caller, body);
  }

  @Serves('audit_books')
  audit() {
    return this.wallets.audit();
  }
}
