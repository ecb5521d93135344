import { OBJECTION_REASONS } from '../../protocol/index.js';
import { command, UsageError } from '../command.js';
import { EXIT } from '../exit.js';
import { repeatably, REPEATABLE } from '../repeatable.js';
import { agentOf } from '../session.js';
import { captureLines } from '../shown.js';

export const reviews = command({
  name: 'reviews',
  summary: 'Lists captures that wait for your answer, each as a line; silence pays them.',
  args: [],
  options: {},
  examples: ['reviews --json'],
  async run({ terminal, out }) {
    for await (const capture of (await agentOf(terminal)).captures.reviews({ signal: terminal.signal }))
      out.each(capture, [capture.id, capture.bounty_id, capture.deadline_at ?? '']);
    return EXIT.ok;
  },
});

export const review = command({
  name: 'review',
  summary: 'Answers for a capture that waits for you: accept pays it, an objection goes to the operator.',
  args: [{ name: 'CAPTURE' }, { name: 'ANSWER', choices: ['accept', 'object'] }],
  options: {
    because: { type: 'string', choices: OBJECTION_REASONS, about: 'Why, with object.' },
    ...REPEATABLE,
  },
  examples: ['review cap_… accept', 'review cap_… object --because not_what_was_asked'],
  async run({ args: [id, answer], options, terminal, out }) {
    if ((answer === 'object') !== (options.because !== undefined))
      throw new UsageError('object says why with --because; accept does not');
    const because = options.because as (typeof OBJECTION_REASONS)[number] | undefined;
    const client = await agentOf(terminal);
    const body = { decision: answer as 'accept' | 'object', ...(because && { reason_code: because }) };
    const capture = await repeatably(options, (idempotencyKey) =>
      client.captures.review(id!, body, { idempotencyKey, signal: terminal.signal }),
    );
    out.show(capture, captureLines(capture));
    return EXIT.ok;
  },
});
