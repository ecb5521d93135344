import { CardProcess } from './process.js';
import type { Processes } from './stage.js';

/** Card processes that have nothing to do with any round: those that outlived one, and those that start while others work. */
export class ProcessPool implements Processes {
  private spare: CardProcess[] = [];

  constructor(
    private readonly level: string,
    /** Kept ready at most. */
    private readonly most: number,
  ) {}

  take(): CardProcess {
    const process = this.spare.find(({ lives }) => lives) ?? CardProcess.start(this.level);
    this.spare = this.spare.filter((one) => one !== process && one.lives);
    if (this.spare.length === 0) this.spare.push(CardProcess.start(this.level));
    return process;
  }

  async keep(process: CardProcess): Promise<void> {
    if (this.spare.length < this.most) this.spare.push(process);
    else await process.stop();
  }

  async stop(): Promise<void> {
    await Promise.all(this.spare.map((process) => process.stop()));
    this.spare = [];
  }
}
