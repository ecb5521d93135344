import { Controller, Param } from '@nestjs/common';
import { toWireTime, type Page, type PolicyDecisionRecord } from '@groundtruth/sdk/protocol';
import { Caller, Once, type Principal } from '../identity/index.js';
import { UnitOfWork, type Command } from '../platform/database/index.js';
import { pageOf, readCursor } from '../platform/http/cursor.js';
import { Body, Query, Serves, type BodyOf, type QueryOf } from '../platform/http/serves.js';
import { PolicyHolds } from './holds/holds.service.js';
import { PolicyRepository } from './policy.repository.js';

/** The operator's desk: holds to answer, decisions to read. */
@Controller()
export class PolicyController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly holds: PolicyHolds,
    private readonly decisions: PolicyRepository,
  ) {}

  @Serves('list_policy_holds')
  list(@Caller() caller: Principal, @Query() query: QueryOf<'list_policy_holds'>) {
    return this.holds.list(caller, query);
  }

  @Serves('decide_policy_hold')
  decide(
    @Once() command: Command,
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() body: BodyOf<'decide_policy_hold'>,
  ) {
    return this.holds.decide(command, caller, id, body);
  }

  @Serves('list_policy_decisions')
  async log(
    @Caller() { mode }: Principal,
    @Query() { subject, cursor, limit }: QueryOf<'list_policy_decisions'>,
  ): Promise<Page<PolicyDecisionRecord>> {
    const after = readCursor(cursor);
    const rows = await this.unitOfWork.run((tx) =>
      this.decisions.decisions(tx, { mode, subject, after, limit: limit + 1 }),
    );
    const page = pageOf(rows, limit, ({ seq }) => String(seq));
    const time = (at: number | null): string | null => (at === null ? null : toWireTime(at));
    const data = page.data.map(({ seq, decided_at, hold_until, sanctions_as_of, ...row }) => ({
      ...row,
      seq: String(seq),
      decided_at: toWireTime(decided_at),
      hold_until: time(hold_until),
      sanctions_as_of: time(sanctions_as_of),
    }));
    return { ...page, data };
  }
}
