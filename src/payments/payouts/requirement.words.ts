import type { Requirement } from './payout.entity.js';

/** A requirement as Stripe lists it; of its fields, those that we read. */
export interface Asked {
  readonly description: string;
  readonly minimum_deadline: { readonly status: string };
}

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/bank_account|external_account|payout_method/, 'a bank account to be paid to'],
  [/given_name|surname|legal_name/, 'your legal name'],
  [/date_of_birth/, 'your date of birth'],
  [/address/, 'your address'],
  [/id_number|ssn|tax_id/, 'your tax or identity number'],
  [/document/, 'a photo of an identity document'],
  [/email/, 'your email address'],
  [/phone/, 'your phone number'],
  [/attestation|terms_of_service/, 'your agreement to Stripe’s terms'],
];
const DUE = { past_due: 'past', currently_due: 'now', eventually_due: 'later' } as const;

/** What Stripe asks for, in words; what we have no words for under Stripe’s own name. */
export function inWords({ description, minimum_deadline }: Asked): Requirement {
  const what = WORDS.find(([pattern]) => pattern.test(description))?.[1] ?? description;
  const { status } = minimum_deadline;
  return { what, due: Object.hasOwn(DUE, status) ? DUE[status as keyof typeof DUE] : 'now' };
}
