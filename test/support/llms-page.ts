/** One numbered step of the start page: the request it names first, and the JSON that stands right behind it. */
export interface Step {
  readonly method: string;
  /** With its query, placeholders left in. */
  readonly path: string;
  /** JSON with placeholders left in; null when there is none. */
  readonly body: string | null;
}

/** The steps of one section of the start page, as a program reads them. @throws {RangeError} for a step without a request. */
export function stepsOf(page: string, section: string): Step[] {
  const text = page.split(/^## /m).find((part) => part.startsWith(section));
  if (text === undefined) throw new RangeError(`the page has no section ${section}`);
  const items = text.split(/^\d+\. /m).slice(1);
  const steps = items.map(stepOf);
  return steps.map((step, index) => {
    const same = /same body as (\d+)/.exec(items[index]!);
    return same ? { ...step, body: steps[Number(same[1]) - 1]!.body } : step;
  });
}

function stepOf(item: string): Step {
  const found = /`(GET|POST|PATCH|DELETE) (\/[^`]+)`\s*/.exec(item);
  if (!found) throw new RangeError(`no request in: ${item}`);
  const behind = item.slice(found.index + found[0].length);
  return { method: found[1]!, path: found[2]!, body: behind.startsWith('{') ? balanced(behind) : null };
}

/** From the first brace to the one that closes it. */
function balanced(text: string): string {
  let depth = 0;
  for (const [index, sign] of [...text].entries()) {
    if (sign === '{') depth += 1;
    if (sign === '}') depth -= 1;
    if (depth === 0) return [...text].slice(0, index + 1).join('');
  }
  throw new RangeError(`braces that do not close: ${text}`);
}
