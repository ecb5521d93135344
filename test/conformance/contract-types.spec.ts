import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CHANNEL_TYPES,
  claimBatchMessage,
  closingStatementMessage,
  entryMessage,
  LOG_ROOT_TYPES,
  OBSERVATION_TYPES,
  refundMessage,
  claimToMessage,
  releaseManyMessage,
  releaseMessage,
  releasePoolMessage,
  rootMessage,
  voucherMessage,
  type EscrowTerms,
} from '@groundtruth/sdk/protocol';

const SOURCES = join(process.cwd(), 'contracts/src');
const SOLIDITY = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.sol'))
  .map((file) => readFileSync(join(SOURCES, file), 'utf8'))
  .join('\n');

const ADDRESS = `0x${'11'.repeat(20)}` as const;
const AT = { mode: 'test', chain_id: 31_337, escrow: ADDRESS, distributor: ADDRESS } as const;
const ENTRY = `0x${'22'.repeat(32)}` as const;
const TERMS = { cosign_above: '0', deadline: 0, grace: 0 } as EscrowTerms;
const PAYMENT = { capture: ENTRY, to: AT.escrow, amount: 1n };

type Types = Readonly<Record<string, readonly { readonly name: string; readonly type: string }[]>>;
const TYPES: Readonly<Record<string, Types>> = {
  Observation: OBSERVATION_TYPES,
  LogRoot: LOG_ROOT_TYPES,
  Terms: entryMessage(AT, TERMS).types,
  Release: releaseMessage(AT, ENTRY, PAYMENT, 0n).types,
  ReleaseMany: releaseManyMessage(AT, ENTRY, [PAYMENT], 0n).types,
  ReleasePool: releasePoolMessage(AT, ENTRY, { capturesRoot: ENTRY, count: 1, total: 1n, fee: 0n }, 0n).types,
  Root: rootMessage(AT, { root: ENTRY, epoch: 1, total: 1n }).types,
  ClaimTo: claimToMessage(AT, ADDRESS, ADDRESS, 1n, 0).types,
  ChannelConfig: { ChannelConfig: CHANNEL_TYPES.ChannelConfig },
  Voucher: voucherMessage(31_337, ENTRY, 0n).types,
  Refund: refundMessage(31_337, ENTRY, 0n, 0n).types,
  ClaimBatch: claimBatchMessage(31_337, []).types,
  ClosingStatement: closingStatementMessage(AT, ENTRY, 0n).types,
};

/** EIP-712's `encodeType`: the type itself first, then those it names, by name. */
function encodeType(primary: string, types: Types): string {
  const named = Object.keys(types).filter((name) => name !== primary);
  const fields = (name: string) => types[name]!.map((field) => `${field.type} ${field.name}`).join(',');
  return [primary, ...named.sort()].map((name) => `${name}(${fields(name)})`).join('');
}

describe('what the SDK signs and what the contracts check', () => {
  it.each(Object.entries(TYPES))('is one type: %s', (primary, types) => {
    expect(SOLIDITY).toContain(`"${encodeType(primary, types)}"`);
  });
});
