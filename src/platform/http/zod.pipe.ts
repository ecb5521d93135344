import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { parseRequest } from './parse-request.js';

/** Parses one parameter of a handler: `@Param('id', new ZodPipe(idSchema('bounty')))`. Refuses with `invalid_request`. */
export class ZodPipe<T extends z.ZodType> implements PipeTransform<unknown, z.output<T>> {
  constructor(private readonly schema: T) {}

  transform(value: unknown): z.output<T> {
    return parseRequest(this.schema, value);
  }
}
