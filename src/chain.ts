import { bountyEscrowAbi, distributorAbi, feedChannelAbi, testUsdAbi } from '@groundtruth/sdk/abi';
import { CHANNEL_CONTRACT, MODES, type Mode } from '@groundtruth/sdk/protocol';
import type { Address, Hex } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import { configuredChain, embeddedChain, type FoundChain } from './chain.found.js';
import { seconds, type Instant } from './kernel/clock.js';
import type { Keyring } from './keyring.js';
import { PaidReadsWork } from './feeds/index.js';
import {
  ChannelLogs,
  channelQuestions,
  Claimer,
  DistributorDispatch,
  DistributorLogs,
  EscrowDispatch,
  EscrowLogs,
  ExactPayments,
  facilitatorAt,
  walletQuestions,
  type EscrowChain,
  type EscrowChains,
  type ReadChain,
  type ReadChains,
} from './payments/index.js';
import { ChainSender, ChainWatcher, httpRequest, type LogHandler, type Request } from './platform/chain/index.js';
import type { Config } from './platform/config/index.js';
import type { UnitOfWork } from './platform/database/index.js';
import type { Log } from './platform/telemetry/index.js';
import { every, type Interval } from './platform/time.js';

const ANSWER_MS_MAX = 10_000;

/** The chains of this process, with what follows them. */
export interface Chains {
  readonly escrows: EscrowChains;
  readonly reads: ReadChains;
  /** Addresses of the embedded chain's own parts; null without one. */
  readonly embedded: { readonly url: string } | null;
  /** Starts sending and watching. Once, when the domains that listen are there. */
  start(get: <T>(type: abstract new (...args: never[]) => T) => T): void;
  /** Finishes what is in hand. */
  stop(): Promise<void>;
}

interface ChainParts {
  readonly config: Config;
  readonly log: Log;
  readonly keyring: Keyring;
  readonly unitOfWork: UnitOfWork;
  readonly database_url: string;
}

/** Mode test has the embedded chain, unless it is switched off; mode live the configured one, if there is one. */
export async function openChains(parts: ChainParts, ending: (() => Promise<unknown>)[]): Promise<Chains> {
  const found: Record<Mode, FoundChain | null> = {
    test: parts.config.EMBEDDED_CHAIN === 'on' ? await embeddedChain(parts, ending) : null,
    live: await configuredChain(parts),
  };
  const escrows = {
    test: found.test && escrowChain(parts, 'test', found.test),
    live: found.live && escrowChain(parts, 'live', found.live),
  };
  const reads = {
    test: found.test && escrows.test && readChain(parts, 'test', found.test, escrows.test),
    live: found.live && escrows.live && readChain(parts, 'live', found.live, escrows.live),
  };
  let loops: Interval[] = [];
  return {
    escrows,
    reads,
    embedded: found.test && { url: found.test.url },
    start(get) {
      const [dispatch, distributor] = [get(EscrowDispatch), get(DistributorDispatch)];
      dispatch.listen();
      distributor.listen();
      get(PaidReadsWork).listen();
      loops = MODES.flatMap((mode) => {
        const [chain, escrow] = [found[mode], escrows[mode]];
        const logs = { escrow: get(EscrowLogs), distributor: get(DistributorLogs) };
        if (!chain || !escrow) return [];
        const read = reads[mode];
        const handlers = { ...logs, channels: read && get(ChannelLogs).of(read) };
        return follow(parts, mode, chain, escrow, handlers);
      });
      if (loops.length === 0) return;
      loops.push(loop(parts, 'releases', () => dispatch.pass()));
      loops.push(loop(parts, 'awards', () => distributor.pass()));
      if (reads.test ?? reads.live) {
        loops.push(loop(parts, 'channels', () => get(Claimer).pass()));
        loops.push(loop(parts, 'single reads', () => get(ExactPayments).pass()));
      }
    },
    stop: async () => void (await Promise.all(loops.map((one) => one.stop()))),
  };
}

/** Sends what is queued and reads what the chain says, for ever. */
function follow(
  parts: ChainParts,
  mode: Mode,
  { url, view }: FoundChain,
  escrow: EscrowChain,
  logs: {
    readonly escrow: EscrowLogs;
    readonly distributor: DistributorLogs;
    readonly channels: LogHandler | null;
  },
) {
  const { log, unitOfWork, database_url, config } = parts;
  const from_block = mode === 'live' ? BigInt(config.CHAIN_FROM_BLOCK) : 0n;
  // One watcher each: its addresses never change, and a market that was there before the Distributor keeps its cursor.
  const watch = (name: string, address: Address, handler: LogHandler): Interval => {
    const where = { chain_id: view.chain_id, rpc_url: url, name: `${name}-${mode}-${address}`, from_block };
    const watcher = new ChainWatcher({ ...where, unitOfWork, database_url, log });
    watcher.on(address, handler);
    return loop(parts, `${name}-watcher-${mode}`, () => watcher.poll());
  };
  return [
    loop(parts, `sender-${mode}`, () => escrow.relayer.pump()),
    loop(parts, `root-setter-${mode}`, () => escrow.root_setter.pump()),
    watch('escrow', view.escrow, logs.escrow),
    watch('distributor', view.distributor, logs.distributor.of(view, log)),
    ...(logs.channels ? [watch('channels', CHANNEL_CONTRACT, logs.channels)] : []),
  ];
}

function loop({ config, log }: ChainParts, name: string, round: () => Promise<unknown>): Interval {
  return every(config.CHAIN_POLL_MS, round, (error) =>
    log.error({ err: error, loop: name }, 'a round over the chain failed and will run again'),
  );
}

function escrowChain(parts: ChainParts, mode: Mode, { url, view, fee_to }: FoundChain): EscrowChain {
  const { config, log, keyring, unitOfWork, database_url } = parts;
  const request = httpRequest(url, ANSWER_MS_MAX);
  const errors = [...bountyEscrowAbi, ...distributorAbi, ...feedChannelAbi, ...testUsdAbi];
  const { chain_id } = view;
  const sender = (signer: PrivateKeyAccount): ChainSender =>
    new ChainSender({ chain_id, rpc_url: url, signer, unitOfWork, database_url, log, errors });
  return {
    view,
    fee_to,
    relayer: sender(keyring.relayers[mode]),
    root_setter: sender(keyring.root_setters[mode]),
    releaser: lower(keyring.releasers[mode]),
    grace_s: config.CHAIN_GRACE_S,
    wallets: walletQuestions(request, view.token.address),
    now: () => timeOf(request),
  };
}

/** Null where reads are not sold on the chain. The relayer is the escrow's: one key has one sender. */
function readChain(
  { keyring, config }: ChainParts,
  mode: Mode,
  { url, view, reads_to }: FoundChain,
  { relayer, wallets }: EscrowChain,
): ReadChain | null {
  if (reads_to === null) return null;
  const channels = channelQuestions(httpRequest(url, ANSWER_MS_MAX));
  const by = mode === 'live' ? config.X402_FACILITATOR_URL : undefined;
  const facilitator = by === undefined ? null : facilitatorAt(by);
  return {
    view,
    relayer,
    receiver: reads_to,
    authorizer: keyring.read_authorizers[mode],
    wallets,
    channels,
    facilitator,
  };
}

const lower = (address: Hex): Hex => address.toLowerCase() as Hex;

async function timeOf(request: Request): Promise<Instant> {
  const { timestamp } = await request<{ timestamp: Hex }>('eth_getBlockByNumber', ['latest', false]);
  return seconds(Number(timestamp));
}
