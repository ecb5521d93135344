import { Controller, Param } from '@nestjs/common';
import { Caller, Once, type Principal } from '../identity/index.js';
import type { Command } from '../platform/database/index.js';
import { Body, Query, Serves, type BodyOf, type QueryOf } from '../platform/http/serves.js';
import { LeaderboardsService } from './leaderboards.service.js';
import { ReputationRecorder } from './reputation.recorder.js';
import { ReputationService } from './reputation.service.js';

@Controller()
export class ReputationController {
  constructor(
    private readonly reputation: ReputationService,
    private readonly leaderboards: LeaderboardsService,
    private readonly recorder: ReputationRecorder,
  ) {}

  @Serves('get_contributor_reputation')
  ofContributor(@Caller() caller: Principal, @Param('id') id: string) {
    return this.reputation.ofContributor(caller, id);
  }

  @Serves('get_agent_reputation')
  ofAgent(@Caller() caller: Principal, @Param('id') id: string) {
    return this.reputation.ofAgent(caller, id);
  }

  @Serves('get_requester_reputation')
  ofRequester(@Caller() caller: Principal, @Param('id') id: string) {
    return this.reputation.ofRequester(caller, id);
  }

  @Serves('get_leaderboard')
  leaderboard(@Caller() caller: Principal, @Query() { cell }: QueryOf<'get_leaderboard'>) {
    return this.leaderboards.of(caller, cell);
  }

  @Serves('join_leaderboards')
  join(@Once() command: Command, @Caller() caller: Principal, @Body() body: BodyOf<'join_leaderboards'>) {
    return this.leaderboards.join(command, caller, body);
  }

  @Serves('leave_leaderboards')
  leave(@Caller() caller: Principal) {
    return this.leaderboards.leave(caller);
  }

  @Serves('recompute_reputation')
  recompute(@Body() _body: BodyOf<'recompute_reputation'>) {
    return this.recorder.recompute();
  }
}
