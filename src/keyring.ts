import type { Hex } from 'viem';
import { privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { fromHex, MODES, type Mode, type ModeKeys } from '@groundtruth/sdk/protocol';
import { ObservationSigner } from './feeds/index.js';
import { CertificateAuthorities, CertificateAuthority, IdentityKey, mintApiKey } from './identity/index.js';
import { seconds, type Clock } from './kernel/clock.js';
import type { KeyStore } from './platform/keys/index.js';
import { checkpointSigner, type CheckpointSigner } from './transparency/index.js';
import type { VerdictSigners } from './verification/index.js';

/** Ten years: the root of device certificates is replaced by hand, not by chance. */
const ROOT_TTL_S = 10 * 366 * 86_400;
const ORIGIN = { test: 'groundtruth.local/log/test', live: 'groundtruth.local/log/live' } as const;

type PerMode<T> = Readonly<Record<Mode, T>>;

/** Everything this instance signs with or is known by, one set per mode: nothing of test is ever good for live. */
export interface Keyring {
  readonly verdict_key_files: PerMode<string>;
  readonly verdict_signers: VerdictSigners;
  readonly observation_signer: ObservationSigner;
  readonly checkpoint_signers: PerMode<CheckpointSigner>;
  readonly authorities: CertificateAuthorities;
  readonly operator_keys: PerMode<string>;
  readonly storage_secret: string;
  /** The secrets of webhooks follow from it. Lost, every endpoint has to be given a new one. */
  readonly webhook_key: Uint8Array;
  /** Hides address blocks and who is behind a pseudonym. */
  readonly identity_key: IdentityKey;
  readonly verifier_password: string;
  readonly releaser_password: string;
  /** The releaser signs with these. Here they are made, once; then the file with the address beside each is read. */
  readonly release_key_files: PerMode<string>;
  readonly releasers: PerMode<Hex>;
  /** Pays gas and nothing else. */
  readonly relayers: PerMode<PrivateKeyAccount>;
  /** Proposes the roots of a Distributor that names it, and pays the gas of it. */
  readonly root_setters: PerMode<PrivateKeyAccount>;
  /** Signs what is claimed of payment channels and what goes back to their payers. */
  readonly read_authorizers: PerMode<PrivateKeyAccount>;
  /** Whom the contracts of the embedded chain name besides, and where reads are paid to there. */
  readonly chain_roles: { readonly guardian: Hex; readonly fee_to: Hex; readonly reads_to: Hex };
  readonly public_keys: readonly ModeKeys[];
}

/** Opens the keys of this machine; makes at first start what is missing. */
export async function openKeyring(store: KeyStore, clock: Clock): Promise<Keyring> {
  const each = async <T>(make: (mode: Mode) => Promise<T>): Promise<PerMode<T>> => ({
    test: await make('test'),
    live: await make('live'),
  });
  const verdict = await each((mode) => store.hex32(`verdict-${mode}.key`));
  const observation = await each((mode) => store.hex32(`observation-${mode}.key`));
  const verdict_signers = {
    test: privateKeyToAccount(verdict.test).address,
    live: privateKeyToAccount(verdict.live).address,
  };
  const observation_signer = new ObservationSigner(observation);
  const checkpoint_signers = await each((mode) => logSigner(store, mode));
  return {
    verdict_key_files: { test: store.path('verdict-test.key'), live: store.path('verdict-live.key') },
    verdict_signers,
    observation_signer,
    checkpoint_signers,
    authorities: new CertificateAuthorities(await each((mode) => authority(store, clock, mode))),
    operator_keys: await each((mode) => store.text(`operator-${mode}.key`, () => Promise.resolve(mintApiKey(mode)))),
    storage_secret: await store.hex32('storage.key'),
    webhook_key: fromHex((await store.hex32('webhook.key')).slice(2)),
    identity_key: new IdentityKey(fromHex((await store.hex32('identity.key')).slice(2))),
    verifier_password: await store.hex32('verifier-role.key'),
    releaser_password: await store.hex32('releaser-role.key'),
    release_key_files: { test: store.path('release-test.key'), live: store.path('release-live.key') },
    releasers: await each((mode) => releaserAddress(store, mode)),
    relayers: await each(async (mode) => privateKeyToAccount(await store.hex32(`relayer-${mode}.key`))),
    root_setters: await each(async (mode) => privateKeyToAccount(await store.hex32(`root-setter-${mode}.key`))),
    read_authorizers: await each(async (mode) => privateKeyToAccount(await store.hex32(`read-authorizer-${mode}.key`))),
    chain_roles: {
      guardian: privateKeyToAccount(await store.hex32('guardian-test.key')).address,
      fee_to: privateKeyToAccount(await store.hex32('fee-address-test.key')).address,
      reads_to: privateKeyToAccount(await store.hex32('reads-address-test.key')).address,
    },
    public_keys: MODES.map((mode) => {
      const { origin, verifier_key, root_signer } = checkpoint_signers[mode].keyset;
      return {
        mode,
        verdict: verdict_signers[mode],
        observation: observation_signer.address(mode),
        log: { origin, verifier_key, root_signer },
      };
    }),
  };
}

/** The key itself is opened by this process once, to make it: from then on its address is enough. */
async function releaserAddress(store: KeyStore, mode: Mode): Promise<Hex> {
  const made = async () => privateKeyToAccount(await store.hex32(`release-${mode}.key`)).address;
  return (await store.text(`release-${mode}.address`, made)) as Hex;
}

async function logSigner(store: KeyStore, mode: Mode): Promise<CheckpointSigner> {
  const noteSeed = fromHex((await store.hex32(`log-note-${mode}.key`)).slice(2));
  const origin = await store.text(`log-origin-${mode}.txt`, () => Promise.resolve(ORIGIN[mode]));
  return checkpointSigner(mode, { origin, noteSeed, rootKey: await store.hex32(`log-root-${mode}.key`) });
}

async function authority(store: KeyStore, clock: Clock, mode: Mode): Promise<CertificateAuthority> {
  const made = await store.text(`device-authority-${mode}.json`, async () => {
    const now = clock.now();
    const { rootPem, keyPkcs8 } = await CertificateAuthority.create(
      `Groundtruth devices (${mode})`,
      now,
      now + seconds(ROOT_TTL_S),
    );
    return JSON.stringify({ root: rootPem, key: keyPkcs8.toString('base64') });
  });
  const { root, key } = JSON.parse(made) as { root: string; key: string };
  return CertificateAuthority.open(root, Buffer.from(key, 'base64'));
}
