import { z } from 'zod';
import { prepare } from '../schemas.js';
import { INSTRUCTIONS } from '../server.js';
import { TOOLS } from './index.js';

const moving = TOOLS.filter(({ input }) => 'dry_run' in input.shape);

describe('the tools', () => {
  it('are 12 to 18, with names of verb and noun, each once', () => {
    const names = TOOLS.map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(12);
    expect(names.length).toBeLessThanOrEqual(18);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z]+(_[a-z]+)+$/.test(name))).toEqual([]);
  });

  it('that move money are these, and take a dry run and a key; all others but registration only read', () => {
    expect(moving.map(({ name }) => name)).toEqual(['credit_sandbox', 'post_bounty', 'raise_bounty', 'cancel_bounty', 'review_capture', 'dispute_capture', 'read_observation', 'top_up']); // prettier-ignore
    expect(
      moving.filter(
        ({ input, hints }) => !('idempotency_key' in input.shape) || hints.readOnlyHint || !hints.idempotentHint,
      ),
    ).toEqual([]);
    const rest = TOOLS.filter((tool) => !moving.includes(tool) && !tool.hints.readOnlyHint);
    expect(rest.map(({ name }) => name)).toEqual(['register_agent']);
  });

  it('are told in a few words each, so that the list fits any context', () => {
    expect(TOOLS.filter(({ description }) => description.length > 600)).toEqual([]);
    expect(INSTRUCTIONS.match(/[.:](?= |$)/g)!.length).toBeLessThanOrEqual(6);
  });

  it.each(TOOLS.map((tool) => [tool.name, tool] as const))(
    '%s has schemas of objects, without a loose end',
    (_name, tool) => {
      const { input, output } = prepare(tool);
      for (const schema of [input, output].map((each) =>
        each['~standard'].jsonSchema.input({ target: 'draft-2020-12' }),
      )) {
        expect(schema.type).toBe('object');
        expect(JSON.stringify(schema)).not.toContain('"$ref"');
      }
      expect(input['~standard'].jsonSchema.input({ target: 'draft-2020-12' })).toEqual(
        expect.objectContaining({ additionalProperties: false }),
      );
    },
  );

  it('refuse arguments that they do not know', () => {
    for (const { name, input } of TOOLS)
      expect([name, input.safeParse({ surprise: 1 }).success]).toEqual([name, false]);
    expect(z.object({}).safeParse({ surprise: 1 }).success).toBe(true);
  });
});
