import { z } from 'zod';
import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { refusalSchema } from './refusals.js';
import type { Tool } from './tool.js';
import { markingOf, type Marking } from './untrusted/marking.js';

/** A tool with everything that follows from its schemas, made once a process. */
export interface PreparedTool {
  readonly tool: Tool;
  readonly marking: Marking;
  readonly input: StandardSchemaWithJSON<Record<string, unknown>>;
  readonly output: StandardSchemaWithJSON<Record<string, unknown>>;
}

export function prepare(tool: Tool): PreparedTool {
  const marking = markingOf(tool.output);
  return { tool, marking, input: described(wire(tool.input, trimRequest)), output: described(answerOf(marking)) };
}

/** Schemas are told as they are; what comes in is checked where a refusal can be given the form of all others. */
function described(json: Json): StandardSchemaWithJSON<Record<string, unknown>> {
  const jsonSchema = { input: () => json, output: () => json };
  const validate = (value: unknown) => ({ value: (value ?? {}) as Record<string, unknown> });
  return { '~standard': { version: 1, vendor: 'groundtruth', validate, jsonSchema } };
}

type Json = Record<string, unknown>;

/** As it is on the wire: before texts become numbers and times. */
function wire(schema: z.ZodType, trim: (json: Json) => void): Json {
  const override = ({ jsonSchema }: { jsonSchema: Json }) => trim(jsonSchema);
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', override }) as Json;
  return json;
}

/** What says nothing new: a date is told by its format, and a whole number by its type. */
function trimRequest(json: Json): void {
  if (json.format === 'date-time') delete json.pattern;
  if (json.minimum === Number.MIN_SAFE_INTEGER) delete json.minimum;
  if (json.maximum === Number.MAX_SAFE_INTEGER) delete json.maximum;
}

/** A reader of answers needs their shape. Bounds and patterns are kept by whoever answers, and would fill a context. */
const BOUNDS = ['pattern', 'format', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'exclusiveMinimum', 'exclusiveMaximum', 'description', 'propertyNames', 'additionalProperties']; // prettier-ignore

/** A longer list of words is a catalogue, to be looked up when one of them comes. */
const WORDS_MAX = 24;

function trimAnswer(json: Json): void {
  for (const bound of BOUNDS) delete json[bound];
  if (Array.isArray(json.enum) && json.enum.length > WORDS_MAX) delete json.enum;
}

/** Either the marked answer or a refusal: programs hold both against this one schema. */
function answerOf({ marked }: Marking): Json {
  const answer = wire(marked, trimAnswer);
  const { properties, required = [] } = answer as { properties: object; required?: readonly string[] };
  const refusal = wire(refusalSchema, trimAnswer);
  return {
    ...answer,
    properties: { ...properties, refusal },
    required: [],
    anyOf: [{ required }, { required: ['refusal'] }],
  };
}
