import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import { ToldProcess } from '../told-process.js';
import type { Command, RoundSetting, Turned } from './messages.js';

const PROGRAM = resolve('dist', 'test', 'drill', 'rail', 'child.js');

/** A rail process as its drill sees it. */
export class RailProcess extends ToldProcess<Command, Turned> {
  /** Starts one; it connects while others work. */
  static start(database_url: string, releaser_url: string, level: string): RailProcess {
    const stdio: ('ignore' | 'inherit' | 'ipc')[] = ['ignore', 'inherit', 'inherit', 'ipc'];
    return new RailProcess(fork(PROGRAM, [database_url, releaser_url, level], { serialization: 'advanced', stdio }));
  }

  async begin(setting: RoundSetting): Promise<void> {
    await this.ready;
    await this.ask({ do: 'begin', setting });
  }
}
