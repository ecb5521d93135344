import { CONFIG_GROUPS } from './schema.js';

/** The page docs/configuration.md: every variable with its default, what it accepts and what it is for. */
export function renderConfigurationDoc(): string {
  const groups = Object.entries(CONFIG_GROUPS).map(([title, fields]) => {
    const rows = Object.entries(fields).map(([name, field]) => renderRow(name, field as Field));
    return [
      `## ${title}`,
      '',
      '| variable | default | accepts | what it is for |',
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
  });
  return `${HEADER}\n\n${groups.join('\n\n')}\n`;
}

const HEADER = `# Configuration

<!-- Generated from src/platform/config/schema.ts by \`npm run generate\`. Do not edit. -->

Everything has a default that works on one machine. Variables are read once, at start; an empty one counts as unset.
A wrong environment stops the process with one message that names every wrong variable. Names end in their unit:
\`_S\` seconds, \`_MS\` milliseconds, \`_BYTES\` bytes, \`_BPS\` hundredths of a percent, \`_MAX\` an upper limit.`;

interface Field {
  readonly description: string | undefined;
  meta(): Readonly<Record<string, unknown>> | undefined;
  parse(value: undefined): unknown;
}

function renderRow(name: string, field: Field): string {
  const meta = field.meta() ?? {};
  const fallback = String(meta.shown_default ?? field.parse(undefined) ?? '');
  return `| \`${name}\` | ${fallback === '' ? 'unset' : `\`${fallback}\``} | ${meta.accepts} | ${field.description} |`;
}
