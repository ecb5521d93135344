import type { AgentClient, OperatorClient } from '@groundtruth/sdk/agent';
import type { ContributorClient, DeviceKey, EnrolledDevice, Invitations, SealedCapture, Shot } from '@groundtruth/sdk/contributor'; // prettier-ignore
import type { FeedClient, ReadWallet, SavedFeed, TrustedLog } from '@groundtruth/sdk/feeds';
import type {
  Application,
  Award,
  Bounty,
  BountyTermsInput,
  Capture,
  Dispute,
  Id,
  ObservationCard,
  Offer,
  Payout,
  Pledge,
  PolicyHold,
  Release,
  Reservation,
  Simulation,
  StandingBounty,
  TopUp,
  VerifiedRoot,
} from '@groundtruth/sdk/protocol';
import type { Address, Chain, PublicClient, Transport, WalletClient } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';

type ItemOf<T> = T extends AsyncIterable<infer Item> ? Item : never;
type ReadBody = Awaited<ReturnType<FeedClient['observations']['read']>>['body'];
type Named<Client, Kind extends 'agent' | 'contributor'> = Client & { readonly id: Id<Kind> };

/**
 * What an example may use without making it. All of it is real, made by the services of one running market, and belongs together: the
 * contributor has the reservation, the agent the bounty. Where a name is of many states, its comment says which one it is in.
 */
export interface World {
  baseUrl: string;
  /** Of `agent`. */
  apiKey: string;
  operatorKey: string;
  agent: Named<AgentClient, 'agent'>;
  groundtruth: Named<AgentClient, 'agent'>;
  /** Two agents who pay together. */
  lead: AgentClient;
  other: AgentClient;
  contributor: Named<ContributorClient, 'contributor'>;
  operator: OperatorClient;
  feeds: FeedClient;
  client: FeedClient;
  /** Aborts once something has come, or long after it should have; an example that ends with its reason has ended well. */
  signal: AbortSignal;

  /** For a photo, open at once. */
  terms: BountyTermsInput;
  /** Open, of one slot. */
  bounty: Bounty;
  /** Open, for the air's temperature: what simulated contributors can answer, too. */
  readingBounty: Bounty;
  /** Open, of one slot. */
  nextBounty: Bounty;
  /** Active, posted once a day. */
  standing: StandingBounty;
  /** Not funded. */
  draft: Bounty;
  /** Whose slots are drawn; nobody has applied yet. */
  drawnBounty: Bounty;
  /** Whose first round has been drawn. */
  drawn: Bounty;
  /** Takes captures without reservations. */
  race: Bounty;
  /** Gathers pledges; nobody has pledged yet. */
  gathering: Bounty;
  pledge: Pledge;
  offer: Offer;
  invitation: ItemOf<ReturnType<Invitations['list']>>;
  hold: PolicyHold;
  application: Application;
  /** Honest, and asked for `readingBounty`. */
  simulation: Simulation;

  /** Active. */
  reservation: Reservation;
  /** Of `readingBounty`. */
  readingReservation: Reservation;
  /** Another active one. */
  next: Reservation;
  device: EnrolledDevice;
  /** Exportable. */
  key: DeviceKey;
  place: Shot['place'];
  bytes: Uint8Array<ArrayBuffer>;
  shot: Shot;
  sealed: SealedCapture;
  /** Accepted and paid, its verdict in the log. */
  capture: Capture;
  /** In review by its requester. */
  nearMiss: Capture;
  /** In review by the operator. */
  doubtful: Capture;
  rejected: Capture;
  /** Open, of a rejected capture. */
  dispute: Dispute;
  /** The operator has answered it. */
  decided: Dispute;

  /** On sale, read free by `agent`. */
  card: ObservationCard;
  /** Another one. */
  onSale: ObservationCard;
  body: ReadBody;
  keys: Awaited<ReturnType<FeedClient['keys']>>;
  note: string;
  /** What an earlier audit kept. */
  kept: TrustedLog;
  trusted: VerifiedRoot;
  newer: VerifiedRoot;
  lastSeen: Id<'observation'> | undefined;
  feed: SavedFeed;
  subscription: Awaited<ReturnType<SavedFeed['subscribe']>>;
  endpoint: Awaited<ReturnType<FeedClient['webhooks']['create']>>;
  /** A webhook as it comes. */
  request: Request;
  secret: string;

  topUp: TopUp;
  payout: Payout;
  stop: Awaited<ReturnType<OperatorClient['payoutStops']['create']>>;
  suspension: Awaited<ReturnType<OperatorClient['areas']['suspend']>>;
  /** Holds test dollars on the chain. */
  wallet: PrivateKeyAccount;
  /** The same, as viem calls it. */
  account: PrivateKeyAccount;
  readWallet: ReadWallet;
  network: `eip155:${number}`;
  asset: Address;
  /** The contract that checks evidence, deployed for this log. */
  verifier: Address;
  publicClient: PublicClient;
  walletClient: WalletClient<Transport, Chain, PrivateKeyAccount>;
  /** Accepted, and paid on chain. */
  captureOnChain: Capture;
  release: Release;
  /** In an active root, claimed by nobody. */
  award: Award;

  /** The program around the example: each answers at once. */
  readFile: typeof import('node:fs/promises').readFile;
  writeFile: typeof import('node:fs/promises').writeFile;
  store: { put(key: string, value: unknown): Promise<void>; get<T>(key: string): Promise<T> };
  outbox: { all(): Promise<{ sealed: SealedCapture; bytes: Uint8Array }[]> };
  isNew: (id: string) => Promise<boolean>;
  act: (...on: unknown[]) => Promise<void>;
}
