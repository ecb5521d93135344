/**
 * What an independent implementation of C2PA (`@trustnxt/c2pa-ts`, which checks no chain of trust) makes of the file on standard input:
 * one JSON line. A process of its own, for the package is ESM only.
 */
import { buffer } from 'node:stream/consumers';
import { JPEG, PNG } from '@trustnxt/c2pa-ts/asset';
import { SuperBox } from '@trustnxt/c2pa-ts/jumbf';
import { ManifestStore } from '@trustnxt/c2pa-ts/manifest';

const bytes = await buffer(process.stdin);
const asset = JPEG.canRead(bytes) ? new JPEG(bytes) : new PNG(bytes);
const store = asset.getManifestJUMBF();
const manifests = store && ManifestStore.read(SuperBox.fromBuffer(store));
const result = manifests && (await manifests.validate(asset));
const labels = manifests?.getActiveManifest()?.assertions?.assertions.map(({ fullLabel, label }) => fullLabel ?? label);
const codes = result?.statusEntries.filter(({ success }) => !success).map(({ code }) => code);
process.stdout.write(
  `${JSON.stringify({ valid: result?.isValid ?? null, codes: codes ?? [], labels: labels ?? [] })}\n`,
);
