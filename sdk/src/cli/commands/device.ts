import { z } from 'zod';
import type { ContributorClient, EnrolledDevice } from '../../contributor/contributor-client.js';
import { DeviceKey } from '../../contributor/device-key.js';
import type { SigningDevice } from '../../contributor/sealing.js';
import { parseWireTime, type Device } from '../../protocol/index.js';
import { UsageError } from '../command.js';
import { KeptFiles } from '../kept-files.js';
import type { Terminal } from '../terminal.js';

/** A certificate that ends sooner is renewed before it is used. */
const RENEW_MS = 600_000;

const keptSchema = z.object({
  v: z.literal(1),
  /** Null until it was enrolled. */
  device: z.object({ id: z.string(), certificate_expires_at: z.string() }).nullable(),
  key: z.record(z.string(), z.unknown()),
});
type Kept = z.infer<typeof keptSchema>;

/**
 * This machine as a contributor's device: its key is made at the first use, kept for the user alone, and enrolled; the certificate is renewed
 * when it is about to end. The key is stored before it is enrolled, so a crash leaves no device without one.
 */
export async function deviceHere(terminal: Terminal, client: ContributorClient, contributorId: string): Promise<SigningDevice> {
  const files = KeptFiles.of(terminal);
  const name = `device-${contributorId}.json`;
  const kept = (await read(files, name)) ?? (await made(files, name));
  const key = await DeviceKey.fromJwk(kept.key as JsonWebKey).catch(() => {
    throw damaged(files, name); // Without the cause, which may quote the key.
  });
  const { device } = kept;
  if (device && (parseWireTime(device.certificate_expires_at) ?? 0) > terminal.timing.wall_ms() + RENEW_MS)
    return { id: device.id, key };
  const enrolled = await client.devices.enrol(key, { label: 'groundtruth command line', signal: terminal.signal });
  await files.write(name, { ...kept, device: shortOf(enrolled) } satisfies Kept);
  return enrolled satisfies EnrolledDevice;
} // prettier-ignore

async function read(files: KeptFiles, name: string): Promise<Kept | null> {
  const text = await files.read(name);
  if (text === null) return null;
  const parsed = keptSchema.safeParse(text);
  if (!parsed.success) throw damaged(files, name);
  return parsed.data;
}

async function made(files: KeptFiles, name: string): Promise<Kept> {
  const key = await DeviceKey.generate({ exportable: true });
  const kept: Kept = { v: 1, device: null, key: { ...(await key.toJwk()) } };
  await files.write(name, kept);
  return kept;
}

const damaged = (files: KeptFiles, name: string) =>
  new UsageError(`${files.folder}/${name} is damaged; without it this device is another one`);

const shortOf = ({ id, certificate_expires_at }: Device) => ({ id, certificate_expires_at });
