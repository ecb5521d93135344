import ts from 'typescript';

/** Called by a program for what a loop goes through, with the line that the loop stands at. */
type Through = (line: number, items: AsyncIterable<unknown>) => AsyncIterable<unknown>;

/**
 * The same program with `through(line, …)` around what a `for await` goes through. Left as they are: loops that only print, which say the
 * same whether or not there is anything, unless they wait for it (`signal`).
 */
export function withLoopsWatched(text: string): string {
  const source = ts.createSourceFile('example.ts', text, ts.ScriptTarget.Latest, true);
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isForOfStatement(node) && node.awaitModifier && proves(node)) found.push(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.reduceRight((all, { pos, end }) => {
    const line = source.getLineAndCharacterOfPosition(pos).line + 1;
    return `${all.slice(0, pos)} through(${line},${all.slice(pos, end)})${all.slice(end)}`;
  }, text);
}

const proves = ({ expression, statement }: ts.ForOfStatement): boolean =>
  /\bsignal\b/.test(expression.getText()) || /\bawait\b|\bverify/.test(statement.getText());

/** Which of the watched loops of one run were gone through; `afterOne` is called each time the body has come to its end. */
export function watchLoops(afterOne: () => void): { readonly through: Through; idle(): number[] } {
  const ran = new Map<number, boolean>();
  const through: Through = async function* (line, items) {
    ran.set(line, ran.get(line) ?? false);
    for await (const item of items) {
      ran.set(line, true);
      yield item;
      afterOne();
    }
  };
  return { through, idle: () => [...ran].filter(([, yes]) => !yes).map(([line]) => line) };
}
