import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import type { Answer } from '../database/index.js';
import { routeOf } from './serves.js';

/** Answers of commands: unwraps the result and says `Idempotency-Replayed: true` when it is the stored first answer. */
@Injectable()
export class ReplayInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (!routeOf(context)?.idempotent) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answer: Answer<unknown>) => {
        if (answer.replayed) void reply.header('idempotency-replayed', 'true');
        return answer.result;
      }),
    );
  }
}
