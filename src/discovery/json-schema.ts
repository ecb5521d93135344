import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/** Whether a schema describes what is sent to us or what we answer. */
export type Direction = 'request' | 'answer';

/**
 * A schema as JSON Schema 2020-12 of the text on the wire. Both directions are described before parsing: an amount is a string there,
 * whatever our code makes of it. Schemas with a name become references to `#/components/schemas/<name>`. In answers those of `untrusted` are
 * marked `x-untrusted`: text of strangers.
 */
export function toWireSchema(
  schema: z.ZodType,
  direction: Direction,
  names: SchemaNames,
  untrusted: ReadonlySet<unknown> = new Set(),
): WireSchema {
  const generated = z.toJSONSchema(schema, {
    io: 'input',
    metadata: names,
    override: ({ zodSchema, jsonSchema }) => {
      describe(zodSchema as z.core.$ZodTypes, jsonSchema, direction);
      if (direction === 'answer' && untrusted.has(zodSchema)) jsonSchema['x-untrusted'] = true;
    },
  });
  const { $schema: _, $defs = {}, ...root } = generated;
  const name = names.nameOf(schema);
  const components = eachReferring({
    ...($defs as Record<string, JsonSchema>),
    ...(name && !$defs[name] && { [name]: root }),
  });
  return { schema: name ? { $ref: componentPath(name) } : referring(root), components };
}

export interface WireSchema {
  readonly schema: JsonSchema;
  readonly components: Readonly<Record<string, JsonSchema>>;
}

/** Names of schemas, beside the metadata they carry themselves. A schema that has a name is written once and referred to. */
export class SchemaNames extends z.core.$ZodRegistry<JsonSchema> {
  constructor(private readonly names: ReadonlyMap<unknown, string>) {
    super();
  }

  override get<S extends z.core.$ZodType>(schema: S): never {
    const name = this.names.get(schema);
    return { ...z.globalRegistry.get(schema), ...(name && { id: name }) } as never;
  }

  override has(): boolean {
    return true;
  }

  nameOf(schema: unknown): string | undefined {
    return this.names.get(schema);
  }
}

/** What zod leaves open: an answer carries every member that has a default, and dates are told by their format alone. */
function describe(schema: z.core.$ZodTypes, json: JsonSchema, direction: Direction): void {
  if (json.format === 'date-time') delete json.pattern;
  if (direction === 'answer' && schema._zod.def.type === 'object') {
    const required = Object.entries(schema._zod.def.shape).filter(([, member]) => member._zod.def.type !== 'optional');
    json.required = required.map(([name]) => name);
  }
}

function eachReferring(components: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(components).map(([name, schema]) => [name, referring(without(schema, 'id')) as JsonSchema]),
  );
}

/** The same schema with zod's local references turned into references to components. */
function referring<T>(value: T): T {
  if (Array.isArray(value)) return value.map(referring) as T;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => {
    const local = name === '$ref' && typeof member === 'string' ? /^#\/\$defs\/(.+)$/.exec(member) : null;
    return [name, local ? componentPath(local[1]!) : referring(member as unknown)];
  });
  return Object.fromEntries(members) as T;
}

const componentPath = (name: string): string => `#/components/schemas/${name}`;

function without(schema: JsonSchema, name: string): JsonSchema {
  const { [name]: _, ...rest } = schema;
  return rest;
}
