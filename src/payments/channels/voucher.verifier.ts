import {
  CHANNEL_CONTRACT,
  CHANNEL_TYPES,
  channelDomain,
  channelIdOf,
  type ChannelConfig,
} from '@groundtruth/sdk/protocol';
import secp256k1 from 'secp256k1';
import { bytesToHex, domainSeparator, hexToBytes, keccak256, stringToBytes, type Hex } from 'viem';

/** Channels whose id is remembered: about 300 bytes each. */
const IDS_MAX = 10_000;
const HALF_ORDER = hexToBytes('0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0');
const DIGEST_LENGTH = 66;
const STRUCT_LENGTH = 96;
const LOW_WORD = 2n ** 64n - 1n;

/**
 * Checks vouchers of one chain without asking it: everything that does not change from voucher to voucher is hashed once. Says of every
 * signature what the contract says of it, which is what makes an accepted voucher one that can be claimed.
 */
export class VoucherVerifier {
  private readonly ids = new Map<string, Hex>();
  private readonly digest = new Uint8Array(DIGEST_LENGTH);
  private readonly struct = Buffer.alloc(STRUCT_LENGTH);

  constructor(private readonly chain_id: number) {
    const { name, version, chainId } = channelDomain(chain_id);
    const domain = { name, version, chainId, verifyingContract: CHANNEL_CONTRACT } as const;
    this.digest.set([0x19, 0x01]);
    this.digest.set(hexToBytes(domainSeparator({ domain })), 2);
    const fields = CHANNEL_TYPES.Voucher.map(({ type, name: field }) => `${type} ${field}`).join(',');
    this.struct.set(keccak256(stringToBytes(`Voucher(${fields})`), 'bytes'));
  }

  /** The id of the channel with this config. */
  channelIdOf(config: ChannelConfig): Hex {
    const key = Object.values(config).join();
    const known = this.ids.get(key);
    if (known) return known;
    const id = channelIdOf(this.chain_id, config);
    if (this.ids.size >= IDS_MAX) this.ids.delete(this.ids.keys().next().value!);
    this.ids.set(key, id);
    return id;
  }

  /** Whether the key of `signer` signed that `total` in all, below 2^128, may be claimed of a channel. Signatures in another than their one form do not count. */
  isSignedBy(signer: Hex, channelId: Hex, total: bigint, signature: Hex): boolean {
    const recovered = this.signerOf(channelId, total, signature);
    return recovered !== null && recovered === signer.toLowerCase();
  }

  private signerOf(channelId: Hex, total: bigint, signature: Hex): Hex | null {
    const bytes = Buffer.from(signature.slice(2), 'hex');
    const recovery = bytes[64]! - 27;
    if (bytes.length !== 65 || (recovery !== 0 && recovery !== 1) || isHigh(bytes.subarray(32, 64))) return null;
    this.struct.write(channelId.slice(2), 32, 'hex');
    this.struct.writeBigUInt64BE(total >> 64n, 80);
    this.struct.writeBigUInt64BE(total & LOW_WORD, 88);
    this.digest.set(keccak256(this.struct, 'bytes'), 34);
    try {
      const key = secp256k1.ecdsaRecover(bytes.subarray(0, 64), recovery, keccak256(this.digest, 'bytes'), false);
      return bytesToHex(keccak256(key.subarray(1), 'bytes').subarray(12));
    } catch {
      return null; // Not on the curve.
    }
  }
}

/** Contracts take the lower of the two values of s alone. */
function isHigh(s: Uint8Array): boolean {
  for (let i = 0; i < s.length; i++) if (s[i] !== HALF_ORDER[i]) return s[i]! > HALF_ORDER[i]!;
  return false;
}
