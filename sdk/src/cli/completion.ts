import { command, type Command, type Commands, type Option } from './command.js';
import { EXIT } from './exit.js';
import { COMMON } from './parse.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Prints a completion script made from the tables of all commands. */
export const completion = (commands: () => Commands): Command =>
  command({
    name: 'completion',
    summary: 'Prints a completion script for a shell.',
    args: [{ name: 'SHELL', choices: SHELLS }],
    options: {},
    examples: ['completion bash > ~/.local/share/bash-completion/completions/groundtruth'],
    run({ args: [shell], out }) {
      const script = SCRIPTS[shell as (typeof SHELLS)[number]](commands());
      out.show({ shell, script }, script.split('\n'));
      return Promise.resolve(EXIT.ok);
    },
  });

const SCRIPTS = { bash, zsh, fish } as const;

const optionsOf = ({ options }: Command): [string, Option][] =>
  Object.entries({ ...options, ...COMMON } as Command['options']);
const isPath = ({ value }: Option): boolean => value === 'FILE' || value === 'FOLDER';
const namesOf = (one: Command): string =>
  [...optionsOf(one).map(([name]) => `--${name}`), ...one.args.flatMap(({ choices }) => choices ?? [])].join(' ');

function bash(commands: Commands): string {
  const values = commands.flatMap((one) =>
    optionsOf(one).flatMap(([name, option]) => {
      if (option.choices) return [`    ${one.name}:--${name}) words="${option.choices.join(' ')}" ;;`];
      if (isPath(option)) return [`    ${one.name}:--${name}) COMPREPLY=($(compgen -f -- "$word")); return ;;`];
      return option.type === 'string' ? [`    ${one.name}:--${name}) return ;;`] : [];
    }),
  );
  const files = commands.filter(({ args }) => args.some(({ file }) => file)).map(({ name }) => name);
  return [
    '_groundtruth() {',
    '  local word="${COMP_WORDS[COMP_CWORD]}" command="${COMP_WORDS[1]}" words=""',
    `  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')}" -- "$word")); return; fi`,
    '  case "$command:${COMP_WORDS[COMP_CWORD-1]}" in',
    ...values,
    '    *) case "$command" in',
    ...commands.map((one) => `      ${one.name}) words="${namesOf(one)}" ;;`),
    '    esac ;;',
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    ...(files.length === 0
      ? []
      : [`  case "$command" in ${files.join('|')}) COMPREPLY+=($(compgen -f -- "$word")) ;; esac`]),
    '}',
    'complete -F _groundtruth groundtruth',
  ].join('\n');
}

/** zsh understands what bash does, files and all. */
function zsh(commands: Commands): string {
  return ['#compdef groundtruth', 'autoload -U +X bashcompinit && bashcompinit', bash(commands)].join('\n');
}

function fish(commands: Commands): string {
  const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
  const lines = commands.flatMap((one) => {
    const seen = `__fish_seen_subcommand_from ${one.name}`;
    const words = one.args.flatMap(({ choices }) => choices ?? []);
    return [
      `complete -c groundtruth -f -n __fish_use_subcommand -a ${one.name} -d ${quoted(one.summary)}`,
      ...(words.length === 0 ? [] : [`complete -c groundtruth -n '${seen}' -a '${words.join(' ')}'`]),
      ...(one.args.some(({ file }) => file) ? [`complete -c groundtruth -F -n '${seen}'`] : []),
      ...optionsOf(one).map(([name, option]) => {
        const takes = option.choices ? ` -x -a '${option.choices.join(' ')}'` : isPath(option) ? ' -r -F' : ' -x';
        return `complete -c groundtruth -n '${seen}' -l ${name}${option.type === 'boolean' ? '' : takes} -d ${quoted(option.about)}`;
      }),
    ];
  });
  return lines.join('\n');
}
