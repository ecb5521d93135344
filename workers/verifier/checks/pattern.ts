import { RE2JS, RE2JSException } from 're2js';

export interface Match {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A stranger's pattern, compiled: the first `max` matches in a text that are not empty. */
export type Pattern = (text: string, max: number) => Match[];

/**
 * RE2, so the time is linear in the text whatever the pattern is. Null when RE2 refuses it; a quote refuses it first, so only a
 * bounty older than a rule gets here.
 */
export function compilePattern(source: string): Pattern | null {
  const compiled = compile(source);
  if (!compiled) return null;
  return (text, max) => {
    const found: Match[] = [];
    const matcher = compiled.matcher(text);
    while (found.length < max && matcher.find()) {
      const [start, end] = [matcher.start(), matcher.end()];
      if (end > start) found.push({ text: text.slice(start, end), start, end });
    }
    return found;
  };
}

function compile(source: string): RE2JS | null {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    if (error instanceof RE2JSException) return null;
    throw error;
  }
}
