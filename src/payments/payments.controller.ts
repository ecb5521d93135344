import { Controller } from '@nestjs/common';
import { Caller, Once, type Principal } from '../identity/index.js';
import type { Command } from '../platform/database/index.js';
import { Body, Query, Serves, type BodyOf, type QueryOf } from '../platform/http/serves.js';
import { WalletService } from './wallet.service.js';

@Controller()
export class PaymentsController {
  constructor(private readonly wallets: WalletService) {}

  @Serves('get_balance')
  balance(@Caller() caller: Principal) {
    return this.wallets.balance(caller);
  }

  @Serves('list_transfers')
  transfers(@Caller() caller: Principal, @Query() query: QueryOf<'list_transfers'>) {
    return this.wallets.transfers(caller, query);
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
