import { fromHex, MODES, parseWitnessKey, type Mode } from '@groundtruth/sdk/protocol';
import { seconds, type Clock, type Instant } from '../../kernel/clock.js';
import type { UnitOfWork } from '../../platform/database/index.js';
import type { TransparencyLog } from '../transparency-log.service.js';
import { askWitness, type Witness } from './witness.client.js';

/** A witness that failed is left alone for so long. */
const PAUSE_AFTER_FAILURE_S = 30;

/** What witnesses need from outside. */
export interface WitnessPorts {
  readonly unitOfWork: UnitOfWork;
  readonly log: TransparencyLog;
  readonly clock: Clock;
  /** Told of each failure; the witness is asked again later. */
  readonly onFailure: (error: unknown, witness: string, mode: Mode) => void;
}

/** `URL key` of each, as configured. @throws {NoteInvalid} for a key that is none. */
export function witnessesOf(configured: readonly string[]): Witness[] {
  return configured.map((entry) => {
    const [url, key] = entry.split(' ');
    return { url: url!.replace(/\/+$/, ''), key: parseWitnessKey(key!) };
  });
}

/**
 * Has the newest checkpoint of each log cosigned. Runs beside everything else and in no transaction: a witness that hangs, lies or is gone
 * delays neither checkpoints nor money, it only does not stand in the note.
 */
export class Witnesses {
  private readonly pausedUntil = new Map<string, Instant>();

  constructor(
    private readonly ports: WitnessPorts,
    private readonly witnesses: readonly Witness[],
  ) {}

  /** Asks every witness that has not cosigned the newest checkpoint yet, all at once. Repeatable. */
  async pass(): Promise<void> {
    const now = this.ports.clock.now();
    const asked = this.witnesses.flatMap((witness) =>
      MODES.map((mode) => ({ witness, mode, lane: `${mode} ${witness.url}` })),
    );
    await Promise.all(
      asked.map(async ({ witness, mode, lane }) => {
        if ((this.pausedUntil.get(lane) ?? now) > now) return;
        try {
          await this.have(witness, mode);
          this.pausedUntil.delete(lane);
        } catch (error) {
          this.pausedUntil.set(lane, now + seconds(PAUSE_AFTER_FAILURE_S));
          this.ports.onFailure(error, witness.key.name, mode);
        }
      }),
    );
  }

  private async have(witness: Witness, mode: Mode): Promise<void> {
    const { unitOfWork, log, clock } = this.ports;
    const [checkpoint, last] = await unitOfWork.run(async (tx) => [
      await log.checkpoint(tx, mode),
      await log.cosignedSize(tx, mode, witness.key.name),
    ]);
    if (!checkpoint || last === checkpoint.size) return;
    const { size, note } = checkpoint;
    const text = note.slice(0, note.indexOf('\n\n') + 1);
    const ask = async (old: number) => {
      const proof = await unitOfWork.run((tx) => log.consistencyProof(tx, mode, old, size));
      if (!proof) throw new Error(`the witness ${witness.key.name} has seen ${old} leaves of ${size}`);
      return askWitness(witness, text, { old, proof: proof.hashes.map(fromHex), checkpoint: note });
    };
    let answer = await ask(last);
    // It knows better what it saw: a cosignature of ours may have been lost on the way.
    if (answer.is === 'elsewhere') answer = await ask(answer.size);
    if (answer.is === 'elsewhere') throw new Error(`the witness ${witness.key.name} changes its mind`);
    const { line } = answer;
    await unitOfWork.run((tx) =>
      log.addCosignature(tx, mode, { size, witness: witness.key.name, line, at: clock.now() }),
    );
  }
}
