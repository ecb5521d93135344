import type { z } from 'zod';
import type { Clock } from '../../src/kernel/clock.js';
import type { Log } from '../../src/platform/telemetry/index.js';
import {
  batchFactsSchema,
  closingFactsSchema,
  releaseFactsSchema,
  rootFactsSchema,
  type BatchFacts,
  type ClosingFacts,
  type ReleaseFacts,
  type RootFacts,
} from './facts.js';
import {
  PAGE,
  type BatchRow,
  type ClosingRow,
  type ReleaserRecords,
  type ReleaseRow,
  type RootRow,
} from './records.js';
import type { Refusal } from './release.rules.js';
import { signBatch, signClosing, signRelease, signRoot, type Answer, type Signers } from './sign.js';

interface ReleaserParts {
  readonly records: ReleaserRecords;
  readonly signers: Signers;
  readonly clock: Clock;
  readonly log: Log;
}

interface Due {
  readonly facts: unknown;
}

interface Round {
  readonly refused: Map<string, Refusal>;
  readonly signal: AbortSignal | undefined;
}

/** What is done with one kind of rows. */
interface Kind<Row, Facts> {
  readonly name: string;
  readonly due: (after: Row | null) => Promise<Row[]>;
  readonly schema: z.ZodType<Facts>;
  readonly sign: (facts: Facts) => Promise<Answer>;
  readonly keep: (row: Row, facts: Facts, signature: string) => Promise<boolean>;
}

/**
 * Signs what waits for the release key, one row after the other. It keeps nothing but which refusals it has logged: killed anywhere and
 * started again, or run twice at once, it writes the same signatures.
 */
export class Releaser {
  private told = new Map<string, Refusal>();

  constructor(private readonly parts: ReleaserParts) {}

  /**
   * Signs everything that is due, until nothing more comes of it or `signal` aborts; answers how many signatures it wrote. Repeatable.
   * What is refused stays as it is, and is logged once.
   */
  async pass(signal?: AbortSignal): Promise<number> {
    let total = 0;
    for (let signed = 1; signed > 0 && !signal?.aborted; total += signed) {
      const round: Round = { refused: new Map(), signal };
      signed = await this.each(round, this.releases());
      signed += await this.each(round, this.batches());
      signed += await this.each(round, this.closings());
      signed += await this.each(round, this.roots());
      this.told = round.refused;
    }
    return total;
  }

  private releases(): Kind<ReleaseRow, ReleaseFacts> {
    const { records, signers } = this.parts;
    return {
      name: 'release',
      due: (after) => records.releasesDue(after),
      schema: releaseFactsSchema,
      sign: (facts) => signRelease(facts, signers),
      keep: (row, _facts, signature) => records.signRelease(row, signature),
    };
  }

  private batches(): Kind<BatchRow, BatchFacts> {
    const { records, signers } = this.parts;
    return {
      name: 'batch',
      due: (after) => records.batchesDue(after),
      schema: batchFactsSchema,
      sign: (facts) => signBatch(facts, signers),
      keep: (row, _facts, signature) => records.signBatch(row, signature),
    };
  }

  private closings(): Kind<ClosingRow, ClosingFacts> {
    const { records, signers, clock } = this.parts;
    return {
      name: 'closing',
      due: (after) => records.closingsDue(after),
      schema: closingFactsSchema,
      sign: (facts) => signClosing(facts, signers, clock.now()),
      keep: (row, { owed_total }, signature) => records.signClosing(row, owed_total, signature),
    };
  }

  private roots(): Kind<RootRow, RootFacts> {
    const { records, signers } = this.parts;
    return {
      name: 'root',
      due: (after) => records.rootsDue(after),
      schema: rootFactsSchema,
      sign: (facts) => signRoot(facts, signers),
      keep: (row, _facts, signature) => records.signRoot(row, signature),
    };
  }

  private async each<Row extends Due, Facts>({ refused, signal }: Round, kind: Kind<Row, Facts>): Promise<number> {
    let signed = 0;
    let page: Row[] = [];
    do {
      page = await kind.due(page.at(-1) ?? null);
      for (const row of page) {
        if (signal?.aborted) return signed;
        const refusal = await this.one(kind, row);
        if (refusal === null) signed++;
        else if (refusal !== 'kept') this.tell(kind.name, row, refusal, refused);
      }
    } while (page.length === PAGE);
    return signed;
  }

  /** Null: signed. `kept`: another releaser was faster, or the row has changed since it was read. */
  private async one<Row extends Due, Facts>(kind: Kind<Row, Facts>, row: Row): Promise<Refusal | 'kept' | null> {
    const { success, data } = kind.schema.safeParse(row.facts);
    if (!success) return 'unreadable';
    const answer = await kind.sign(data);
    if ('refusal' in answer) return answer.refusal;
    if (!(await kind.keep(row, data, answer.signature))) return 'kept';
    const { facts: _, ...where } = row;
    this.parts.log.info({ ...where, kind: kind.name }, 'signed');
    return null;
  }

  private tell(kind: string, row: Due, refusal: Refusal, refused: Map<string, Refusal>): void {
    const { facts: _, ...where } = row;
    const id = `${kind} ${Object.values(where).join(' ')}`;
    refused.set(id, refusal);
    if (this.told.get(id) !== refusal) this.parts.log.warn({ ...where, kind, refusal }, 'not signed');
  }
}
