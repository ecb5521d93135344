import { canonicalJson, sha256, utf8 } from '@groundtruth/sdk/protocol';
import type { MoneySubject, Stage, SubjectOf } from './stages.js';

type Subject = SubjectOf[Stage];

/** A subject as JSON holds it: amounts as text. */
export function plainOf(subject: Subject): Record<string, unknown> {
  const plain = JSON.stringify(subject, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  return JSON.parse(plain) as Record<string, unknown>;
}

/** SHA-256 of the subject's canonical JSON, amounts as text: whoever has the subject can show that this is what was judged. */
export function digestOf(subject: Subject): Uint8Array {
  return sha256(utf8(canonicalJson(plainOf(subject))));
}

/**
 * SHA-256 of what an operator's answer is about: who asks for what, where, at what price; or who is paid. Not the id, the window or who
 * does the work, so that an answer holds for the caller's repeat, for the same request another day, and for those who fulfil it.
 */
export function reviewDigestOf(stage: Stage, subject: Subject): Uint8Array {
  if (isMoney(subject))
    return sha256(utf8(canonicalJson({ stage, mode: subject.mode, parties: plainOf(subject).parties })));
  const { mode, requester_id, kind, title, instructions, purpose, area, criteria, price_micros } = plainOf(subject);
  const all = (criteria as { all?: unknown } | undefined)?.all ?? [];
  const terms = {
    mode,
    requester_id: requester_id ?? null,
    kind,
    title,
    instructions,
    purpose,
    area,
    all,
    price_micros,
  };
  return sha256(utf8(canonicalJson(terms)));
}

export const isMoney = (subject: Subject): subject is MoneySubject => 'parties' in subject;
