import { MANIFEST_STORE_UUID } from '@groundtruth/sdk/protocol';

const STORE = Buffer.from(MANIFEST_STORE_UUID);
/** Where XMP names a manifest that is kept elsewhere (C2PA 2.1 §11.5). */
const REMOTE = Buffer.from('dcterms:provenance');

/**
 * Whether a file can have anything to do with C2PA: it holds the head of a manifest store, or points to one elsewhere. Most photos hold
 * neither, and cost a search through their bytes and no more. A store whose head was damaged counts as none, as a stripped one does.
 */
export function mayHoldManifest(bytes: Buffer): boolean {
  return bytes.includes(STORE) || bytes.includes(REMOTE);
}
