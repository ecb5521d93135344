import { extname } from 'node:path';
import type { ContributorClient } from '../../contributor/contributor-client.js';
import { sealCapture, type SealedCapture, type Shot } from '../../contributor/sealing.js';
import {
  manifestSchema,
  parseWireTime,
  sealedManifestSchema,
  sha256,
  toHex,
  toWireTime,
  type Finding,
  type Manifest,
} from '../../protocol/index.js';
import { command, UsageError } from '../command.js';
import { EXIT } from '../exit.js';
import { KeptFiles } from '../kept-files.js';
import { agentOf, contributorOf } from '../session.js';
import { captureLines } from '../shown.js';
import type { Terminal } from '../terminal.js';
import { durationMs, numberOf, pointOf, readBytes } from '../values.js';
import { deviceHere } from './device.js';

const MEDIA_TYPE_BY_EXTENSION: Readonly<Record<string, Manifest['media']['media_type']>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.mp4': 'video/mp4',
  '.mov': 'video/quicktime',
  '.webm': 'video/webm',
  '.jose': 'application/jose',
};

/** Seals, uploads and hands in. The sealed manifest is kept until it is handed in, so the same command again is the same capture. */
export const submit = command({
  name: 'submit',
  summary: 'Seals a file with this machine’s device key, uploads it and hands it in. After any failure the same command goes on with the same capture.',
  args: [{ name: 'FILE', file: true }],
  options: {
    reservation: { type: 'string', value: 'ID', required: true, about: 'What it answers.' },
    at: { type: 'string', value: 'LAT,LNG', required: true, about: 'Where it was taken, in degrees.' },
    'accuracy-m': { type: 'string', value: 'METRES', default: '20', about: 'Radius that the receiver claims.' },
    'captured-at': { type: 'string', value: 'TIME', about: 'When it was taken, RFC 3339; now when left out.' },
    finding: { type: 'string', choices: ['present', 'absent'], default: 'present', about: 'Whether what was asked for is there.' },
    wait: { type: 'string', value: 'TIME', about: 'Wait for the verdict, like 5m; rejected is status 1, review 6.' },
  },
  examples: ['submit harbour.jpg --reservation rsv_… --at 32.7448,129.8737 --wait 5m', 'submit gate.jpg --reservation rsv_… --at 32.7448,129.8737 --finding absent'],
  async run({ args: [file], options, terminal, out }) {
    const { signal } = terminal;
    const shot: Shot = {
      bytes: await readBytes(file!),
      media_type: mediaTypeOf(file!),
      place: { ...pointOf('at', options.at), accuracy_m: numberOf('accuracy-m', options['accuracy-m']) },
      captured_at: options['captured-at'] ?? toWireTime(terminal.timing.wall_ms()),
      finding: options.finding as Finding,
    };
    requireSealable(shot);
    const wait_ms = options.wait === undefined ? null : durationMs('wait', options.wait);
    const client = await contributorOf(terminal);
    const files = KeptFiles.of(terminal);
    const name = `sealed-${toHex(sha256(new TextEncoder().encode(options.reservation)))}.json`;
    const sealed = (await sealedBefore(files, name, options.reservation, shot)) ?? (await sealedNow(terminal, client, options.reservation, shot));
    await files.write(name, sealed);
    const handedIn = await client.captures.uploadSealed(sealed, shot.bytes, { signal });
    const until = ['settled', 'rejected', 'review', 'superseded', 'expired'] as const;
    const capture = wait_ms === null ? handedIn : await client.captures.waitFor(handedIn.id, { until, timeout_ms: wait_ms, signal });
    // Not before it was waited for: the same command again must find the same capture.
    await files.remove(name);
    out.show(capture, captureLines(capture));
    if (wait_ms === null || capture.state === 'settled') return EXIT.ok;
    return capture.state === 'review' ? EXIT.unsettled : EXIT.no;
  },
}); // prettier-ignore

/** What a shot is made of, by the option that said so. */
const SAID_BY: Readonly<Record<string, string>> = {
  media: 'FILE',
  place: '--at',
  'place.accuracy_m': '--accuracy-m',
  captured_at: '--captured-at',
};

/** Before a device is made for it. @throws {UsageError} for a shot that no manifest can hold. */
function requireSealable({ bytes, media_type, place, captured_at }: Shot): void {
  if (parseWireTime(captured_at) === null)
    throw new UsageError('--captured-at is RFC 3339 with a zone, like 2026-11-21T09:00:00Z');
  const media = { sha256: toHex(sha256(bytes)), media_type, bytes: bytes.length };
  const { error } = manifestSchema
    .pick({ media: true, place: true, captured_at: true })
    .safeParse({ media, place, captured_at });
  if (!error) return;
  const { path, message } = error.issues[0]!;
  throw new UsageError(`${SAID_BY[path.join('.')] ?? SAID_BY[String(path[0])]}: ${message}`);
}

/** What an earlier run sealed of the same file, place and finding; null when it sealed nothing, or something else. */
async function sealedBefore(
  files: KeptFiles,
  name: string,
  reservation_id: string,
  { bytes, place, finding }: Shot,
): Promise<SealedCapture | null> {
  const kept = (await files.read(name)) as Partial<SealedCapture> | null;
  if (kept === null) return null;
  const read = sealedManifestSchema.safeParse(kept.sealed);
  if (!kept.seal || !read.success)
    throw new UsageError(
      `${files.folder}/${name} is damaged: what it sealed may have been handed in; delete it to seal anew`,
    );
  if (kept.reservation_id !== reservation_id) return null;
  const { manifest } = read.data;
  const same =
    manifest.media.sha256 === toHex(sha256(bytes)) &&
    manifest.finding === finding &&
    manifest.place.lat === place.lat &&
    manifest.place.lng === place.lng;
  return same ? { reservation_id, sealed: read.data, seal: kept.seal } : null;
}

async function sealedNow(terminal: Terminal, client: ContributorClient, id: string, shot: Shot) {
  const reservation = await client.reservations.get(id, { signal: terminal.signal });
  const contributor = await (await agentOf(terminal)).me({ signal: terminal.signal });
  return sealCapture(reservation, shot, await deviceHere(terminal, client, contributor.id));
}

function mediaTypeOf(file: string): Shot['media_type'] {
  const type = MEDIA_TYPE_BY_EXTENSION[extname(file).toLowerCase()];
  if (type) return type;
  throw new UsageError(`${file}: expected one of ${Object.keys(MEDIA_TYPE_BY_EXTENSION).join(', ')}`);
}
