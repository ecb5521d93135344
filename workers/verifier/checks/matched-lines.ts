import type { Criteria } from '@groundtruth/sdk/protocol';
import type { TextLine } from '../decoder/evidence.js';
import { compilePattern, type Match } from './pattern.js';

/** Matches looked at per text. */
const MATCHES_MAX = 20;

/** The lines that a pattern of the criteria matches, alone or joined by spaces: the text the bounty asked for. */
export function matchedLines({ all }: Pick<Criteria, 'all'>, lines: readonly TextLine[]): TextLine[] {
  const patterns = all.flatMap((criterion) => ('text' in criterion ? [compilePattern(criterion.text.pattern)] : []));
  const matched = patterns.flatMap((pattern) =>
    pattern
      ? [...lines.map((line) => [line]), lines].flatMap((together) =>
          pattern(together.map((line) => line.text).join(' '), MATCHES_MAX).flatMap((match) =>
            touchedBy(match, together),
          ),
        )
      : [],
  );
  return lines.filter((line) => matched.includes(line));
}

/** The lines among those joined that a match lies on. */
export function touchedBy(match: Match, lines: readonly TextLine[]): TextLine[] {
  let next = 0;
  return lines.filter((line) => {
    const start = next;
    const end = start + line.text.length;
    next = end + 1;
    return start < match.end && match.start < end;
  });
}
