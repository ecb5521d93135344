import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A process that answers nothing for so long hangs. */
const ANSWER_MS_MAX = 60_000;

/** It was killed before it answered: what it was asked may be done or not. */
export class Died extends Error {}

/** What goes down the pipe to a process of a drill, and what comes back. */
export interface Asked<Command> {
  readonly id: number;
  readonly command: Command;
}

export type Answered<Answer> =
  | { readonly ready: true }
  | { readonly id: number; readonly answer?: Answer }
  | { readonly id: number; readonly error: string };

interface Waiting<Answer> {
  readonly done: (answer: Answer | undefined) => void;
  readonly failed: (error: Error) => void;
}

/** A process that a drill tells what to do over its pipe, until it is killed. */
export class ToldProcess<Command extends { readonly do: string }, Answer> {
  private readonly waiting = new Map<number, Waiting<Answer>>();
  private asked = 0;
  /** Resolves once it can be asked. */
  protected readonly ready: Promise<void>;
  readonly ended: Promise<unknown>;

  constructor(private readonly child: ChildProcess) {
    this.ended = once(child, 'exit');
    this.ready = new Promise((isReady, failed) => {
      child.on('message', (answered: Answered<Answer>) => ('ready' in answered ? isReady() : this.hear(answered)));
      void this.ended.then(() => {
        const died = new Died('the process has ended');
        failed(died);
        for (const { failed } of this.waiting.values()) failed(died);
        this.waiting.clear();
      });
    });
    this.ready.catch(() => undefined); // Who begins a round with it is told.
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

  /** @throws {Died} @throws {Error} with what the process says against it. */
  ask(command: Command): Promise<Answer | undefined> {
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

  private hear(answered: Exclude<Answered<Answer>, { ready: true }>): void {
    const waiting = this.waiting.get(answered.id);
    this.waiting.delete(answered.id);
    if ('error' in answered) waiting?.failed(new Error(answered.error));
    else waiting?.done(answered.answer);
  }
}
