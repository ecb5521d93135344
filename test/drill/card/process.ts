import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import { ToldProcess } from '../told-process.js';
import type { Answer, Command, RoundSetting } from './messages.js';

const PROGRAM = resolve('dist', 'test', 'drill', 'card', 'child.js');

/** A card process as its drill sees it. */
export class CardProcess extends ToldProcess<Command, Answer> {
  static start(level: string): CardProcess {
    const stdio: ('ignore' | 'inherit' | 'ipc')[] = ['ignore', 'inherit', 'inherit', 'ipc'];
    return new CardProcess(fork(PROGRAM, [level], { execArgv: [], serialization: 'advanced', stdio }));
  }

  /** Answers where it takes webhooks. */
  async begin(setting: RoundSetting, now: number): Promise<string> {
    await this.ready;
    return (await this.ask({ do: 'begin', setting, now }))!.webhook_url!;
  }
}
