/** What a caller may do after a refusal. `same_key`: repeat the request with the same Idempotency-Key. */
export type Retry = 'never' | 'same_key' | 'after_funding' | 'after_delay' | 'new_request';

interface Problem {
  readonly status: number;
  readonly title: string;
  readonly retry: Retry;
}

/**
 * Every refusal this product makes. `type` of a problem document is the page `docs/errors/<code>.md`.
 * Agents branch on `code` and `retry`, never on prose.
 */
export const PROBLEMS = {
  account_frozen: {
    status: 409,
    title: 'Card money cannot be spent while a card payment is disputed',
    retry: 'after_delay',
  },
  applicant_linked: { status: 403, title: 'You look like one with who pays for the bounty', retry: 'never' },
  application_exists: { status: 409, title: 'You have applied to this round', retry: 'never' },
  application_state: { status: 409, title: 'The round of the application is closed', retry: 'never' },
  attestation_challenge_unknown: {
    status: 409,
    title: 'The attestation challenge is used, expired or not yours',
    retry: 'new_request',
  },
  attestation_refused: { status: 422, title: 'The device attestation does not hold', retry: 'never' },
  attestation_unavailable: { status: 422, title: 'This kind of attestation cannot be checked here', retry: 'never' },
  authentication_required: { status: 402, title: 'The cardholder has to approve this payment', retry: 'new_request' },
  authorization_expired: { status: 422, title: 'The authorization is not valid at this time', retry: 'new_request' },
  authorization_mismatch: { status: 422, title: 'The authorization is for something else', retry: 'new_request' },
  authorization_used: { status: 409, title: 'The authorization is used or cancelled', retry: 'never' },
  authorization_wrong_chain: { status: 422, title: 'The authorization is for another chain', retry: 'new_request' },
  authorization_wrong_token: { status: 422, title: 'The authorization is for another token', retry: 'new_request' },
  bounty_full: { status: 409, title: 'Every slot of the bounty is taken', retry: 'after_delay' },
  bounty_has_work: {
    status: 409,
    title: 'Others paid for this bounty too, and its work is under way',
    retry: 'after_delay',
  },
  bounty_not_gathering: { status: 409, title: 'The bounty takes no pledges', retry: 'never' },
  bounty_mode: { status: 409, title: 'The bounty is worked for in another way', retry: 'new_request' },
  bounty_not_open: { status: 409, title: 'The bounty takes no work now', retry: 'never' },
  capture_state: { status: 409, title: 'The capture is not in a state that allows this', retry: 'never' },
  card_declined: { status: 402, title: 'The bank declined the card', retry: 'new_request' },
  certificate_expired: { status: 403, title: 'The device certificate has expired', retry: 'new_request' },
  chain_refused: { status: 422, title: 'The contract refuses the transaction', retry: 'never' },
  challenge_mismatch: { status: 422, title: 'The sealed challenge is not the one of this reservation', retry: 'never' },
  criteria_unreachable: { status: 422, title: 'The criteria cannot be checked here', retry: 'never' },
  dependency_unavailable: { status: 503, title: 'A part of the service did not answer', retry: 'same_key' },
  device_not_enrolled: { status: 403, title: 'The device key is not enrolled for this contributor', retry: 'never' },
  dispute_state: {
    status: 409,
    title: 'The capture or its dispute is not in a state that allows this',
    retry: 'never',
  },
  dispute_window_closed: { status: 410, title: 'The time to dispute the capture is over', retry: 'never' },
  escrow_not_open: { status: 409, title: 'The escrow entry is not open for this', retry: 'never' },
  feeds_limit: { status: 409, title: 'You have as many of these as one owner may', retry: 'never' },
  forbidden: { status: 403, title: 'The key may not do this', retry: 'never' },
  grace_not_over: { status: 409, title: 'The entry cannot be taken back yet', retry: 'after_delay' },
  idempotency_key_required: { status: 400, title: 'An Idempotency-Key header is required', retry: 'new_request' },
  idempotency_key_reused: { status: 409, title: 'The Idempotency-Key was used for another request', retry: 'never' },
  insufficient_allowance: { status: 402, title: 'The allowance does not cover this', retry: 'after_funding' },
  insufficient_funds: { status: 402, title: 'The balance does not cover this', retry: 'after_funding' },
  internal: { status: 500, title: 'Something broke on our side', retry: 'same_key' },
  invalid_request: { status: 400, title: 'The request does not fit its schema', retry: 'new_request' },
  media_mismatch: { status: 422, title: 'The uploaded bytes are not the ones that were sealed', retry: 'never' },
  method_not_allowed: { status: 405, title: 'The resource has no such method', retry: 'never' },
  invitation_state: { status: 409, title: 'The invitation is not open', retry: 'never' },
  mode_mismatch: { status: 409, title: 'Test and live do not mix', retry: 'never' },
  not_found: { status: 404, title: 'There is no such resource', retry: 'never' },
  offers_limit: { status: 409, title: 'You have as many offers as allowed', retry: 'never' },
  original_removed: { status: 410, title: 'The original is not kept any more', retry: 'never' },
  payout_account_closed: { status: 409, title: 'The Stripe account is closed', retry: 'never' },
  payout_account_missing: { status: 409, title: 'This pays on chain, and no wallet is named', retry: 'new_request' },
  payout_country_unsupported: { status: 422, title: 'Nobody is paid by bank in this country', retry: 'never' },
  payment_method_missing: { status: 409, title: 'No card is saved or named', retry: 'new_request' },
  payment_required: { status: 402, title: 'The read is not paid for', retry: 'after_funding' },
  payment_refused: { status: 422, title: 'The card processor does not take this', retry: 'never' },
  pattern_too_wide: { status: 422, title: 'The text pattern matches nearly anything', retry: 'never' },
  payload_too_large: { status: 413, title: 'The request body is too large', retry: 'never' },
  pledge_out_of_range: {
    status: 409,
    title: 'The pledge is more than is missing, or too small a part',
    retry: 'new_request',
  },
  pledge_state: { status: 409, title: 'The pledge can no longer be withdrawn', retry: 'never' },
  policy_held: { status: 451, title: 'Policy holds this until an operator has looked at it', retry: 'after_delay' },
  policy_refused: { status: 451, title: 'Policy does not allow this', retry: 'never' },
  policy_hold_state: { status: 409, title: 'The hold no longer waits for an answer', retry: 'never' },
  price_lowered: { status: 422, title: 'A bounty’s price cap cannot fall', retry: 'new_request' },
  race_full: { status: 409, title: 'As many captures wait in the race as may', retry: 'after_delay' },
  rate_limited: { status: 429, title: 'Too many requests', retry: 'after_delay' },
  reference_unusable: { status: 422, title: 'The reference picture has not been uploaded', retry: 'new_request' },
  release_out_of_order: { status: 409, title: 'It is not the turn of this release', retry: 'after_delay' },
  reputation_too_low: { status: 403, title: 'The bounty asks for a better proven contributor', retry: 'never' },
  reservation_barred: { status: 409, title: 'Too many lapses on this bounty', retry: 'after_delay' },
  reservation_limit: {
    status: 409,
    title: 'The contributor holds as many reservations as allowed',
    retry: 'after_delay',
  },
  reservation_state: { status: 409, title: 'The reservation is not active', retry: 'never' },
  seal_conflict: { status: 409, title: 'The seal is registered for something else', retry: 'never' },
  seal_invalid: { status: 422, title: 'The sealed manifest does not verify', retry: 'never' },
  signature_invalid: {
    status: 422,
    title: 'The signature is not that of the wallet it stands for',
    retry: 'new_request',
  },
  signature_malleable: { status: 422, title: 'The signature is not in its one accepted form', retry: 'new_request' },
  spend_cap_exceeded: { status: 403, title: 'The spend cap of the key does not allow this', retry: 'after_delay' },
  top_up_state: { status: 409, title: 'The top-up is not in a state that allows this', retry: 'never' },
  unauthenticated: { status: 401, title: 'The API key is missing or unknown', retry: 'never' },
  unsupported_media_type: {
    status: 415,
    title: 'The request body has a type that is not accepted',
    retry: 'new_request',
  },
  upload_conflict: { status: 409, title: 'The key already holds other bytes', retry: 'never' },
  upload_incomplete: { status: 409, title: 'The upload has not arrived', retry: 'same_key' },
  upload_too_large: { status: 413, title: 'The upload is larger than its URL allows', retry: 'new_request' },
  upload_url_invalid: { status: 403, title: 'The storage URL is expired or altered', retry: 'new_request' },
  webhook_endpoint_limit: { status: 409, title: 'As many webhook endpoints as allowed exist already', retry: 'never' },
  webhook_endpoint_paused: { status: 409, title: 'The webhook endpoint is paused', retry: 'never' },
  webhook_signature_invalid: {
    status: 400,
    title: 'The webhook is not signed by one of our secrets, or too long ago',
    retry: 'never',
  },
  webhook_url_refused: { status: 422, title: 'Nothing is ever sent to this URL', retry: 'new_request' },
  window_closed: { status: 410, title: 'The window of the bounty is over', retry: 'never' },
  window_shortened: { status: 422, title: 'A bounty’s window cannot be shortened', retry: 'new_request' },
} as const satisfies Record<string, Problem>;

export type ProblemCode = keyof typeof PROBLEMS;
export const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];
