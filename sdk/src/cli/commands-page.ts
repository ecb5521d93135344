import type { Commands } from './command.js';
import { aboutOf, argumentUsage, optionName } from './help.js';

/** The tables of docs/cli.md, held equal by a spec: a heading, what it does, and a row for each option. */
export function commandRows(commands: Commands): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/([<>])/g, '\\$1');
  return commands
    .map(({ name, summary, args, options }) => {
      const rows = Object.entries(options).map(([option, of]) => `| \`${cell(optionName(option, of))}\` | ${cell(aboutOf(of))} |`);
      const table = rows.length === 0 ? [] : ['', '| option | meaning |', '| --- | --- |', ...rows];
      return [`### \`${[name, ...args.map(argumentUsage)].join(' ')}\``, '', summary, ...table].join('\n');
    })
    .join('\n\n');
} // prettier-ignore
