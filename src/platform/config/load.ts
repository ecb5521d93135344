import type { z } from 'zod';
import { CONFIG_RULES, type Environment } from './rules.js';
import { configSchema } from './schema.js';

/** The configuration, read once at start and passed by injection. Frozen; amounts are micros. */
export type Config = Readonly<z.output<typeof configSchema>>;

/** Injection token: `@Inject(CONFIG) private readonly config: Config`. */
export const CONFIG = Symbol('configuration');

/** Names every variable that is wrong, one a line, so that one start is enough to repair them all. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(
      `The environment is wrong in ${faults.length} ${faults.length === 1 ? 'place' : 'places'}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
    this.name = 'ConfigError';
  }
}

/**
 * Reads the configuration. Empty variables count as unset; others that we do not know are ignored, since a shell has many.
 * @throws {ConfigError} naming every wrong variable; values of secrets are not shown.
 */
export function loadConfig(env: Environment): Config {
  const given = Object.fromEntries(Object.keys(configSchema.shape).map((name) => [name, env[name] || undefined]));
  const parsed = configSchema.safeParse(given);
  const faults = [
    ...(parsed.error?.issues ?? []).map((issue) => describeFault(String(issue.path[0]), issue.message, given)),
    ...CONFIG_RULES.filter((rule) => !rule.holds(given)).map(
      (rule) => `${rule.variables.join(', ')}: ${rule.expected}`,
    ),
  ];
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(parsed.data);
}

function describeFault(name: string, message: string, given: Environment): string {
  const field = configSchema.shape[name as keyof typeof configSchema.shape];
  return `${name}: ${message}${field.meta()?.secret ? '' : `, got ${JSON.stringify(given[name])}`}`;
}
