import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { feedChannelAbi } from '@groundtruth/sdk/abi';
import { runCommand } from '@groundtruth/sdk/cli';
import { CHANNEL_CONTRACT } from '@groundtruth/sdk/protocol';
import { encodeAbiParameters, encodeEventTopics, hexToBigInt, numberToHex, type Hex } from 'viem';
import { watchedTerminal } from '../../../sdk/src/cli/terminal.fixture.js';
import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { RpcRefusal, type Request } from '../../platform/chain/index.js';
import { SERVER_COMMANDS } from '../server-commands.js';
import { readLines } from './reads.js';

const [RECEIVER, TOKEN, OTHER]: Hex[] = [`0x${'1a'.repeat(20)}`, `0x${'2b'.repeat(20)}`, `0x${'3c'.repeat(20)}`];
const [ZERO, HASH]: Hex[] = [`0x${'0'.repeat(128)}`, `0x${'4d'.repeat(32)}`];

let db: TestDatabase;
let node: Server;
beforeAll(async () => {
  db = await testDatabase();
  node = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += String(part);
    const { id, method } = JSON.parse(text) as { id: number; method: string };
    const block = { number: '0x9', hash: HASH, parentHash: HASH };
    const result = method === 'eth_chainId' ? numberToHex(8_453) : block;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  });
  await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  node.closeAllConnections();
  await new Promise((resolve) => node.close(resolve));
  await db.close();
});

describe('a proof of reserves', () => {
  it('does not pass over a mode whose chain was never followed', async () => {
    const terminal = watchedTerminal({
      DATABASE_URL: db.url,
      EMBEDDED_CHAIN: 'off',
      CHAIN_RPC_URL: `http://127.0.0.1:${(node.address() as AddressInfo).port}`,
      CHAIN_ID: '8453',
      CHAIN_TOKEN: TOKEN,
      CHAIN_ESCROW: OTHER,
      CHAIN_DISTRIBUTOR: OTHER,
      CHAIN_FEE_TO: RECEIVER,
    });
    const command = SERVER_COMMANDS.find(({ name }) => name === 'proof-of-reserves')!;
    expect(await runCommand(command, ['--json'], terminal)).toBe(6);
    expect(JSON.parse(terminal.out())).toMatchObject({ matches: false, reserves: [], unfollowed: ['live'] });
  });
});

describe('the lines of reads', () => {
  it('ask for many blocks in pieces that a node answers, and count what the last of them holds', async () => {
    await db.dataSource.query(
      `INSERT INTO exact_payment (id, mode, observation_id, payer, amount, state, payload, created_at)
       VALUES ($1, 'test', 'obs_1', $2, 1, 'settled', $3, now())`,
      [`exact:31337:${TOKEN}:0x01`, OTHER, { authorization: { to: RECEIVER } }],
    );
    const [line] = await readLines(db.unitOfWork, nodeAt(9_000n), 'test', 31_337);
    expect(line).toMatchObject({ what: expect.stringContaining('channels'), in_flight: -5n });
  });
});

/** A node that has a settlement in its newest block and answers for no more than 2,000 blocks at once. */
function nodeAt(newest: bigint): Request {
  const answer = (method: string, [filter]: readonly unknown[]): unknown => {
    if (method === 'eth_blockNumber') return numberToHex(newest);
    if (method === 'eth_call') return ZERO;
    const { fromBlock, toBlock } = filter as { fromBlock: Hex; toBlock: Hex };
    if (hexToBigInt(toBlock) - hexToBigInt(fromBlock) >= 2_000n) throw new RpcRefusal(method, 'too many blocks', null, {});
    return hexToBigInt(toBlock) === newest ? [settlement(newest)] : [];
  }; // prettier-ignore
  return (method, params) => Promise.resolve().then(() => answer(method, params) as never);
}

function settlement(block: bigint) {
  const args = { receiver: RECEIVER!, token: TOKEN!, sender: OTHER! };
  const place = { address: CHANNEL_CONTRACT, blockNumber: numberToHex(block), blockHash: HASH, logIndex: '0x0', transactionHash: HASH }; // prettier-ignore
  const topics = encodeEventTopics({ abi: feedChannelAbi, eventName: 'Settled', args });
  return { ...place, topics, data: encodeAbiParameters([{ type: 'uint128' }], [5n]) };
}
