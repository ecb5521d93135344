/** A bug in this program: never shown to a caller, who gets `internal` and a request id. */
export class AssertionFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AssertionFailed';
  }
}

/** States what must hold here. @throws {AssertionFailed} when it does not. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionFailed(message);
}

/** Closes a `switch` over a union: does not compile when a case is missing. */
export function unreachable(value: never): never {
  throw new AssertionFailed(`unreachable: ${JSON.stringify(value)}`);
}
