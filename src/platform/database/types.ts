import { types } from 'pg';

const INT8 = 20;
const INT8_ARRAY = 1016;
const DATE = 1082;
const TIMESTAMPTZ = 1184;
const TIMESTAMPTZ_ARRAY = 1185;
const TEXT_ARRAY: number = 1009;

type Parse = (text: string) => unknown;

const parseDate = types.getTypeParser(TIMESTAMPTZ) as unknown as (text: string) => Date | number;
const parseTextArray = types.getTypeParser(TEXT_ARRAY) as unknown as (text: string) => (string | null)[];

/** `timestamptz` → epoch milliseconds, microseconds cut off; `infinity` → Infinity. */
const toInstant = (text: string): number => Number(parseDate(text));

const each =
  (parse: Parse): Parse =>
  (text) =>
    parseTextArray(text).map((item) => (item === null ? null : parse(item)));

const OURS: Readonly<Record<number, Parse>> = {
  [INT8]: BigInt,
  [INT8_ARRAY]: each(BigInt),
  [DATE]: (text) => text, // A day without a zone is no instant.
  [TIMESTAMPTZ]: toInstant,
  [TIMESTAMPTZ_ARRAY]: each(toInstant),
};

/**
 * How columns are read on our connections: `int8` → bigint, `timestamptz` → epoch milliseconds, `date` → 'YYYY-MM-DD', `numeric` → string,
 * `bytea` → Buffer, `json(b)` → value. Given to each connection, never set on `pg.types`, which other packages share.
 */
export const columnTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
    const ours = format === 'binary' ? undefined : OURS[oid];
    return ours ?? types.getTypeParser(oid, format as 'text');
  },
};
