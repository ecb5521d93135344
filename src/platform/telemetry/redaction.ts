const REDACTED = '[redacted]';

/** Fields that never reach a log, wherever a logged request, reply or error carries its headers. */
export const REDACTED_PATHS = ['authorization', 'cookie', 'set-cookie'].flatMap((name) => {
  const field = name.includes('-') ? `["${name}"]` : `.${name}`;
  return [`headers${field}`, `*.headers${field}`, name.includes('-') ? field : name];
});

/** Shapes of secrets, for those that hide in messages, URLs and stacks. Each keeps enough to recognise what was there. */
const SECRET_SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\b(gt_(?:test|live)_)[A-Za-z0-9_-]+/g, `$1${REDACTED}`],
  [/\b((?:sk|rk)_(?:test|live)_|whsec_)[A-Za-z0-9+/=_-]+/g, `$1${REDACTED}`],
  [/\b(Bearer|Basic)\s+[^\s"'\\,]+/gi, `$1 ${REDACTED}`],
  [/\b((?:x-amz-)?(?:signature|credential|security-token)=)[^&\s"'\\]+/gi, `$1${REDACTED}`],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"]*:)[^\s@/"]+(?=@)/gi, `$1${REDACTED}`],
];

/** Removes what looks like a secret from one finished log line: API keys, bearer tokens, signed-URL signatures, passwords in URLs. */
export function withoutSecrets(line: string): string {
  return SECRET_SHAPES.reduce((text, [shape, replacement]) => text.replace(shape, replacement), line);
}
