import {
  hashTypedData,
  numberToHex,
  parseCompactSignature,
  compactSignatureToSignature,
  recoverAddress,
  serializeSignature,
  size,
  type Hex,
} from 'viem';

/** Who made a signature, however it is written. */
export interface SignatureForm {
  /** In lower case. */
  readonly signer: Hex;
  /** Written as tokens and contracts take it: 65 bytes `r || s || v`, s in the lower half of the curve's order, v 27 or 28. */
  readonly is_canonical: boolean;
}

const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/** Null for bytes that are no signature of a key. 64 bytes are read as EIP-2098, and v 0 and 1 as 27 and 28. */
export async function formOf(
  message: Parameters<typeof hashTypedData>[0],
  signature: Hex,
): Promise<SignatureForm | null> {
  try {
    const plain = size(signature) === 64 ? expanded(signature) : signature;
    const signer = await recoverAddress({ hash: hashTypedData(message), signature: plain });
    return { signer: signer.toLowerCase() as Hex, is_canonical: isCanonical(signature) };
  } catch {
    return null; // Not on the curve, or of another length.
  }
}

const expanded = (signature: Hex): Hex =>
  serializeSignature(compactSignatureToSignature(parseCompactSignature(signature)));

function isCanonical(signature: Hex): boolean {
  const s = BigInt(`0x${signature.slice(66, 130)}`);
  return (
    size(signature) === 65 &&
    s <= HALF_ORDER &&
    [numberToHex(27), numberToHex(28)].includes(`0x${signature.slice(130)}`)
  );
}
