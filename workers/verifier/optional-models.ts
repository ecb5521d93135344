import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { VerifierConfig } from './config.js';
import { openVocabularyCardSchema, type OpenVocabularyCard, type OptionalModels } from './models/optional.js';

/** The models configured besides the packaged ones. @throws {Error} one message, when the card cannot be read or is none. */
export async function readOptionalModels(
  config: Pick<VerifierConfig, 'SECOND_DETECTOR' | 'OPEN_VOCABULARY_CARD'>,
): Promise<OptionalModels> {
  const { SECOND_DETECTOR: second, OPEN_VOCABULARY_CARD: card } = config;
  return {
    second_detector: second === 'none' ? null : second,
    open_vocabulary: card === undefined ? null : await readOpenVocabularyCard(card),
  };
}

/** @throws {Error} naming the file and every field that is wrong. */
export async function readOpenVocabularyCard(path: string): Promise<OpenVocabularyCard> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`the open vocabulary's card ${path} cannot be read`, { cause });
  });
  const parsed = openVocabularyCardSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new Error(`the open vocabulary's card ${path} is wrong:\n${z.prettifyError(parsed.error)}`);
}

/** Null when it is no JSON, which is no card either. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
