import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AgentClient } from '@groundtruth/sdk/agent';
import { ContributorClient, DeviceKey } from '@groundtruth/sdk/contributor';
import { manifestBytes, sealOf, type Capture, type Id, type RouteName } from '@groundtruth/sdk/protocol';
import { LedgerService, ledgerOf, transferId } from '../../../src/ledger/index.js';
import { UnitOfWork } from '../../../src/platform/database/index.js';
import { NEAR_MISS, type Results } from '../../simulation/desk.js';
import { PLACE, sheepTerms, type Worker } from '../../support/cast.js';
import type { DeskMarket } from '../../support/desk-market.js';
import { eventually } from '../../support/eventually.js';
import { exampleOf, type Player } from './player.js';

/** What the file of the captures holds; the manifest of `create_capture.photo` names its hash and size. */
export const PICTURE = Buffer.from('no picture: nobody looks at it in this market');

export interface Scene {
  readonly market: DeskMarket;
  readonly player: Player;
}
export async function credit({ market: { operator }, player: { names } }: Scene, who: string): Promise<void> {
  const { id } = exampleOf('create_agent', who).answer as { id: string };
  await operator.sandbox.credit(names.of(id), '100.000000');
}

let device: DeviceKey;
export async function makesKey({ player: { names } }: Scene): Promise<void> {
  device = await DeviceKey.generate();
  const { public_key, proof } = exampleOf('create_device', 'software_key').body as {
    public_key: { x: string; y: string };
    proof: string;
  };
  const { id } = exampleOf('create_contributor', 'contributor').answer as { id: string };
  names.bind(public_key.x, device.publicKey.x);
  names.bind(public_key.y, device.publicKey.y);
  names.bind(proof, await device.proofFor(names.of(id)));
}

export async function signs({ player: { names } }: Scene): Promise<void> {
  const { sealed } = exampleOf('create_capture', 'photo').body as { sealed: Parameters<typeof sealOf>[0] };
  const manifest = names.toActual(sealed.manifest);
  const signature = await device.sign(manifestBytes(manifest));
  names.bind(sealed.signature!, signature);
  names.bind((exampleOf('create_seal', 'plain').body as { seal: string }).seal, sealOf({ manifest, signature }));
}

const idOf = (name: RouteName, which: string): string => (exampleOf(name, which).answer as { id: string }).id;
const captureId = ({ names }: Player): Id<'capture'> => names.of(idOf('create_capture', 'photo')) as Id<'capture'>;

export async function uploads({ market, player }: Scene): Promise<void> {
  const client = new ContributorClient({ baseUrl: market.baseUrl, apiKey: player.keyOf('contributor') });
  await client.captures.upload(await client.captures.get(captureId(player)), PICTURE);
}

const until = (market: DeskMarket, id: string, state: Capture['state']) =>
  eventually(async () => {
    await market.background.sweep();
    return (await market.operator.captures.get(id)).state === state;
  }, `${id} ${state}`);

export const verifying = ({ market, player }: Scene) => until(market, captureId(player), 'verifying');

export async function paid({ market, player }: Scene): Promise<void> {
  const id = captureId(player);
  await market.desk.judgeWith(id, {});
  await until(market, id, 'settled');
  const partner = new AgentClient({ baseUrl: market.baseUrl, apiKey: player.keyOf('partner') });
  await eventually(async () => {
    await market.background.sweep();
    for await (const card of partner.observations.list()) return card.id;
    return null;
  }, 'the observation');
}

/** A capture of the neighbour that was judged so, under the id by which an example speaks of it. */
export async function captureOf(
  { market, player }: Scene,
  name: RouteName,
  which: string,
  results: Results,
): Promise<void> {
  const agent = new AgentClient({ baseUrl: market.baseUrl, apiKey: player.keyOf('agent') });
  const client = new ContributorClient({ baseUrl: market.baseUrl, apiKey: player.keyOf('neighbour') });
  const worker: Worker = {
    id: player.names.of(idOf('create_contributor', 'neighbour')),
    client,
    device: await client.devices.enrol(await DeviceKey.generate()),
  };
  const closes_at = new Date(market.clock.now() + 3 * 3_600_000).toISOString();
  const bounty = await agent.bounties.create(sheepTerms({ window: { closes_at } }));
  const { id } = await market.judged(bounty.id, results, { shown: true, worker });
  player.names.bind(exampleOf(name, which).path!.id!, id);
  await until(market, id, results === NEAR_MISS ? 'review' : 'rejected');
}

export async function meetsAgain({ market, player }: Scene): Promise<void> {
  const agent = new AgentClient({ baseUrl: market.baseUrl, apiKey: player.keyOf('agent') });
  const neighbour = new ContributorClient({ baseUrl: market.baseUrl, apiKey: player.keyOf('neighbour') });
  const window = { closes_at: new Date(market.clock.now() + 3_600_000).toISOString() };
  await agent.bounties.create(sheepTerms({ window, area: { ...PLACE, lat: PLACE.lat + 2, radius_m: 150 } }));
  const id = await eventually(async () => {
    await market.pass(0);
    for await (const invitation of neighbour.invitations.list({ state: 'open' })) return invitation.id;
    return null;
  }, 'a second invitation');
  player.names.bind(exampleOf('confirm_invitation', 'plain').path!.id!, id);
}

export async function listens({ market, player }: Scene): Promise<void> {
  const server = createServer(
    (request, response) => void request.resume().on('end', () => response.writeHead(204).end()),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  market.http.app.getHttpServer().once('close', () => server.close());
  const { url } = exampleOf('create_webhook_endpoint', 'plain').body as { url: string };
  player.names.bind(url, `http://127.0.0.1:${(server.address() as AddressInfo).port}/groundtruth`);
}

export const pingArrives = ({ market, player }: Scene) =>
  eventually(async () => {
    const agent = new AgentClient({ baseUrl: market.baseUrl, apiKey: player.keyOf('agent') });
    for await (const one of agent.webhooks.deliveries(player.names.of(idOf('create_webhook_endpoint', 'plain')))) if (one.state === 'delivered') return true; // prettier-ignore
    return false;
  }, 'the ping');

export async function charged({ market, player }: Scene): Promise<void> {
  const partner = new AgentClient({ baseUrl: market.baseUrl, apiKey: player.keyOf('partner') });
  await eventually(async () => {
    await market.pass(0);
    return (await partner.topUps.get(player.names.of(idOf('create_top_up', 'saved_card')))).state === 'succeeded';
  }, 'the top-up');
}

/** What fulfilment does when a capture paid by card is accepted. */
export async function earns({ market, player }: Scene): Promise<void> {
  const ledger = market.http.app.get(LedgerService, { strict: false });
  const [agent, contributor] = [idOf('create_agent', 'partner'), idOf('create_contributor', 'contributor')];
  await market.http.app.get(UnitOfWork, { strict: false }).run(async (tx) => {
    const fund = ledgerOf('test', 'card');
    const debit = await ledger.account(tx, { ledger: fund, code: 'agent_available', owner: player.names.of(agent) });
    const credit = await ledger.account(tx, { ledger: fund, code: 'contributor_payable', owner: player.names.of(contributor) }); // prettier-ignore
    const pay = {
      id: transferId(player.names.of(contributor), 'pay'),
      kind: 'single' as const,
      debit,
      credit,
      amount: 60_000_000n,
    };
    await ledger.postOrThrow(tx, [{ ...pay, code: 'capture_pay' }]);
  });
}

export async function batchLeaves({ market, player }: Scene): Promise<void> {
  const [{ account }] = await market.database.dataSource.query('SELECT account FROM card_recipient');
  market.stripe!.control.accounts.onboard(account);
  const { payouts } = new ContributorClient({ baseUrl: market.baseUrl, apiKey: player.keyOf('contributor') });
  await market.pass(60);
  await eventually(async () => {
    await market.database.dataSource.query('DELETE FROM payout_run'); // The batch of today had nobody to pay.
    await market.pass(0);
    for await (const payout of payouts.list()) if (payout.state === 'sent') return true;
    return false;
  }, 'the payout');
}

export async function disputed({ market, player }: Scene): Promise<void> {
  const partner = new AgentClient({ baseUrl: market.baseUrl, apiKey: player.keyOf('partner') });
  await partner.topUps.create({ amount: '50.000000', payment_method: 'pm_card_createDisputeInquiry' });
  await eventually(async () => {
    await market.pass(0);
    for await (const frozen of market.operator.freezes.list()) return frozen.agent_id;
    return null;
  }, 'the freeze');
}

export async function held({ market, player }: Scene): Promise<void> {
  const agent = new AgentClient({ baseUrl: market.baseUrl, apiKey: player.keyOf('agent') });
  const terms = sheepTerms({
    title: 'Boote im Hafen 船',
    window: { closes_at: new Date(market.clock.now() + 3_600_000).toISOString() },
  });
  await agent.bounties.create(terms).then(
    () => Promise.reject(new Error('policy let it pass')),
    (error: { code?: string }) => (error.code === 'policy_held' ? null : Promise.reject(error)),
  );
}
