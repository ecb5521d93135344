import { privateKeyToAccount } from 'viem/accounts';
import { observationMessage, type Mode, type ObservationRecord } from '@groundtruth/sdk/protocol';

/** Signs observations of one mode (EIP-712). The key vouches for what is sold; it moves no money. */
export class ObservationSigner {
  private readonly accounts;

  constructor(keys: Readonly<Record<Mode, `0x${string}`>>) {
    this.accounts = { test: privateKeyToAccount(keys.test), live: privateKeyToAccount(keys.live) };
  }

  address(mode: Mode): `0x${string}` {
    return this.accounts[mode].address;
  }

  async sign(record: Omit<ObservationRecord, 'signature' | 'signer'>): Promise<ObservationRecord> {
    const account = this.accounts[record.mode];
    return { ...record, signer: account.address, signature: await account.signTypedData(observationMessage(record)) };
  }
}
