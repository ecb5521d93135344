/** What we use of the package: the native library where it is built for this machine, else its own slower one. */
declare module 'secp256k1' {
  interface Secp256k1 {
    /** The public key, 65 bytes uncompressed. Throws for what is no signature. */
    ecdsaRecover(signature: Uint8Array, recid: number, message: Uint8Array, compressed: false): Uint8Array;
  }
  const secp256k1: Secp256k1;
  export default secp256k1;
}
