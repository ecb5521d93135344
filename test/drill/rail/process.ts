import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Answered, Command, RoundSetting, Turned } from './messages.js';

const PROGRAM = resolve('dist', 'test', 'drill', 'rail', 'child.js');
/** A process that answers nothing for so long hangs. */
const ANSWER_MS_MAX = 60_000;

/** It was killed before it answered: what it was asked may be done or not. */
export class Died extends Error {}

interface Waiting {
  readonly done: (turned: Turned | undefined) => void;
  readonly failed: (error: Error) => void;
}

/** A rail process as its drill sees it. */
export class RailProcess {
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;
  private readonly ready: Promise<void>;
  readonly ended: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    this.ended = once(child, 'exit');
    this.ready = new Promise((isReady, failed) => {
      child.on('message', (answered: Answered) => ('ready' in answered ? isReady() : this.hear(answered)));
      void this.ended.then(() => {
        const died = new Died('the process has ended');
        failed(died);
        for (const { failed } of this.waiting.values()) failed(died);
        this.waiting.clear();
      });
    });
    this.ready.catch(() => undefined); // Who begins a round with it is told.
  }

  /** Starts one; it connects while others work. */
  static start(database_url: string, releaser_url: string, level: string): RailProcess {
    const stdio: ('ignore' | 'inherit' | 'ipc')[] = ['ignore', 'inherit', 'inherit', 'ipc'];
    return new RailProcess(fork(PROGRAM, [database_url, releaser_url, level], { serialization: 'advanced', stdio }));
  }

  get lives(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Its pipe is gone; its end is near. */
  get dying(): boolean {
    return !this.child.connected;
  }

  get was_killed(): boolean {
    return this.child.signalCode === 'SIGKILL';
  }

  async begin(setting: RoundSetting): Promise<void> {
    await this.ready;
    await this.ask({ do: 'begin', setting });
  }

  /** @throws {Died} @throws {Error} with what the process says against it. */
  ask(command: Command): Promise<Turned | undefined> {
    if (!this.lives || !this.child.connected) return Promise.reject(new Died('the process has ended'));
    const id = ++this.asked;
    return new Promise((done, failed) => {
      const limit = setTimeout(() => failed(new Error(`no answer to ${command.do}`)), ANSWER_MS_MAX);
      const after = <T>(end: (value: T) => void) => (value: T): void => {
        clearTimeout(limit);
        end(value);
      }; // prettier-ignore
      this.waiting.set(id, { done: after(done), failed: after(failed) });
      this.child.send({ id, command }, (error) => error && this.waiting.get(id)?.failed(new Died(error.message)));
    });
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  private hear(answered: Exclude<Answered, { ready: true }>): void {
    const waiting = this.waiting.get(answered.id);
    this.waiting.delete(answered.id);
    if ('error' in answered) waiting?.failed(new Error(answered.error));
    else waiting?.done(answered.turned);
  }
}
