/** Why a payment is not taken, in the words that x402 clients know: after some of them they correct themselves. */
export const EXACT_REFUSALS = {
  network: 'invalid_network',
  recipient: 'invalid_exact_evm_payload_recipient_mismatch',
  value: 'invalid_exact_evm_payload_authorization_value_mismatch',
  valid_after: 'invalid_exact_evm_payload_authorization_valid_after',
  valid_before: 'invalid_exact_evm_payload_authorization_valid_before',
  signature: 'invalid_exact_evm_payload_signature',
  nonce_used: 'invalid_exact_evm_nonce_already_used',
  balance: 'invalid_exact_evm_insufficient_balance',
  transaction: 'invalid_exact_evm_transaction_failed',
} as const;

const batch = <T extends string>(reason: T) => `invalid_batch_settlement_evm_${reason}` as const;

export const BATCH_REFUSALS = {
  receiver: batch('receiver_mismatch'),
  receiver_authorizer: batch('receiver_authorizer_mismatch'),
  token: batch('token_mismatch'),
  withdraw_delay: batch('withdraw_delay_mismatch'),
  channel_id: batch('channel_id_mismatch'),
  signature: batch('voucher_signature'),
  missing: batch('missing_channel'),
  /** The state that the answer tells is the one to go on from. */
  total: batch('cumulative_amount_mismatch'),
  balance: batch('cumulative_exceeds_balance'),
  busy: batch('channel_busy'),
  /** A withdrawal is announced, or less is left than was charged. */
  frozen: batch('channel_frozen'),
  deposit_min: batch('deposit_below_min_deposit'),
  valid_after: batch('payload_authorization_valid_after'),
  valid_before: batch('payload_authorization_valid_before'),
  authorization: batch('receive_authorization_signature'),
  payer_balance: batch('insufficient_balance'),
  deposit: batch('deposit_transaction_failed'),
  refund_empty: batch('refund_no_balance'),
  refund: batch('refund_transaction_failed'),
} as const;

type Values<T> = T[keyof T];
export type RefusalReason = Values<typeof EXACT_REFUSALS> | Values<typeof BATCH_REFUSALS>;
