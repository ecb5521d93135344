import { AgentClient } from '@groundtruth/sdk/agent';
import { ContributorClient, DeviceKey, type EnrolledDevice, type Shot } from '@groundtruth/sdk/contributor';
import type { Bounty, BountyTermsInput, Capture, Reservation } from '@groundtruth/sdk/protocol';

/** A pasture near Nagasaki: no policy objects to it. The photograph shown for it is a historic one of a march elsewhere, and we say so. */
export const PLACE = { lat: 32.7448, lng: 129.8737 };
export const AREA = { ...PLACE, radius_m: 150 };

/** Terms that a picture of sheep near `PLACE` meets; `change` overrides. */
export function sheepTerms(change: Partial<BountyTermsInput> = {}): BountyTermsInput {
  return {
    kind: 'photo',
    title: 'Sheep in the upper pasture',
    instructions: 'Stand at the gate and photograph the flock.',
    area: AREA,
    window: { closes_at: new Date(Date.now() + 3 * 3_600_000).toISOString() },
    criteria: { all: [{ object: { label: 'sheep' } }], provenance: 'signed' },
    price: { schedule: 'fixed', amount: '5.000000' },
    purpose: 'civic',
    ...change,
  };
}

/** A registered contributor with one enrolled device. */
export interface Worker {
  readonly id: string;
  readonly client: ContributorClient;
  readonly device: EnrolledDevice;
}

export async function newAgent(
  baseUrl: string,
  name: string,
): Promise<{ id: string; api_key: string; client: AgentClient }> {
  const { id, api_key } = await AgentClient.agents.register({ baseUrl, name });
  return { id, api_key, client: new AgentClient({ baseUrl, apiKey: api_key }) };
}

export async function newWorker(baseUrl: string, name: string): Promise<Worker> {
  const { id, api_key } = await ContributorClient.contributors.register({ baseUrl, name, adult: true });
  const client = new ContributorClient({ baseUrl, apiKey: api_key });
  return { id, client, device: await client.devices.enrol(await DeviceKey.generate()) };
}

/** A picture taken at `PLACE` just now; `change` overrides what the device says. */
export function shotOf(bytes: Buffer, change: Partial<Shot> = {}): Shot {
  return {
    bytes,
    media_type: 'image/jpeg',
    place: { ...PLACE, accuracy_m: 8 },
    captured_at: new Date().toISOString(),
    finding: 'present',
    ...change,
  };
}

/** Seals, uploads and hands in, and waits until the capture is decided or paid. */
export async function deliver(
  worker: Worker,
  reservation: Reservation,
  shot: Shot,
  until: Capture['state'][] = ['settled', 'rejected', 'review'],
): Promise<Capture> {
  const capture = await worker.client.capture({ reservation, device: worker.device, ...shot });
  return worker.client.captures.waitFor(capture.id, { until, timeout_ms: 120_000 });
}

/** Reserves, or applies and is drawn, and delivers. */
export async function fulfil(worker: Worker, bounty: Bounty, shot: Shot): Promise<Capture> {
  return deliver(worker, await slotOf(worker, bounty), shot);
}

/** Where slots are drawn the market has a short `SORTITION_ROUND_S`. */
async function slotOf({ client }: Worker, { id, terms }: Bounty): Promise<Reservation> {
  if (terms.purpose !== 'markets') return client.reservations.create(id);
  return client.applications.drawn((await client.applications.create(id)).id);
}
