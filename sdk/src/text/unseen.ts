/**
 * What a reader does not see although a program obeys or reads it: control characters (ANSI sequences begin with one), format characters
 * (bidirectional overrides, zero-width ones, tags), line and paragraph separators, lone surrogates, private use, variation selectors, and
 * whatever else is drawn as nothing.
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2800]/gu;

/**
 * Text from anyone as one line that shows all of itself and is never obeyed: each unseen character becomes its number, e.g. `\u{202e}`. What is
 * visible stays as it is. Total, pure; done twice it is the same.
 */
export function escapeUnseen(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** JSON on one line that means the same and shows all of itself: unseen characters are escaped as JSON does. */
export function escapedJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSEEN, (character) =>
    Array.from({ length: character.length }, (_, i) => unit(character.charCodeAt(i))).join(''),
  );
}

const unit = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;
