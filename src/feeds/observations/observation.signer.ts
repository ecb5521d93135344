import { privateKeyToAccount } from 'viem/accounts';
import {
  observationMessage,
  readReceiptMessage,
  type Mode,
  type ObservationRecord,
  type ReadReceipt,
} from '@groundtruth/sdk/protocol';

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

  /** Our word that a read was paid for. The same read has the same receipt, to the byte. */
  async signReceipt(receipt: Omit<ReadReceipt, 'signer' | 'signature'>): Promise<ReadReceipt> {
    const account = this.accounts[receipt.mode];
    const signature = await account.signTypedData(readReceiptMessage(receipt));
    return { ...receipt, signer: account.address.toLowerCase() as `0x${string}`, signature };
  }
}
