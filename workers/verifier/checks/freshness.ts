import { fail, pass, type Evidence, type Judgement } from './check.js';

/** The proven interval is no longer than `max_age_s`: the capture cannot have been older when its seal was first seen. */
export function freshness({ context }: Evidence): Judgement {
  const span_s = (context.t1 - context.t0) / 1000;
  const { max_age_s } = context.criteria;
  return span_s <= max_age_s ? pass({ span_s, max_age_s }) : fail('interval_too_long', { span_s, max_age_s });
}
