import { resolve } from 'node:path';
import ts from 'typescript';
import type { ExampleModule } from './modules.js';

/** What the compiler says of examples: `file:line: message`, of the document or docstring they stand in. */
export function faultsOf(examples: readonly ExampleModule[]): string[] {
  const virtual = new Map(examples.map((example) => [resolve(example.file), example]));
  const options = { ...repositoryOptions(), noUnusedLocals: false, noUnusedParameters: false, types: ['node'] };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (file) => virtual.has(resolve(file)) || fileExists(file);
  host.readFile = (file) => virtual.get(resolve(file))?.source ?? readFile(file);
  host.getSourceFile = (file, version, ...rest) => {
    const example = virtual.get(resolve(file));
    return example ? ts.createSourceFile(file, example.source, version) : getSourceFile(file, version, ...rest);
  };
  const program = ts.createProgram([...virtual.keys()], options, host);
  return [...virtual].flatMap(([file, example]) => {
    const source = program.getSourceFile(file)!;
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map((fault) => told(fault, source, example));
  });
}

function told(fault: ts.Diagnostic, source: ts.SourceFile, { block, header }: ExampleModule): string {
  const line = source.getLineAndCharacterOfPosition(fault.start ?? 0).line - header;
  return `${block.file}:${block.line + line}: ${ts.flattenDiagnosticMessageText(fault.messageText, ' ')}`;
}

function repositoryOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile('tsconfig.json', (file) => ts.sys.readFile(file));
  return ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, '.').options;
}
