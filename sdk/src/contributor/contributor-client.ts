import {
  toWireTime,
  type Attestation,
  type Bounty,
  type Capture,
  type Device,
  type DeviceChallenge,
  type Point,
  type Reservation,
} from '../protocol/index.js';
import { Balance, Transfers } from '../agent/money.js';
import { Bounties } from '../agent/bounties.js';
import { Disputes } from '../agent/disputes.js';
import { Events } from '../agent/events.js';
import { Reputation } from '../agent/reputation.js';
import { Market } from '../agent/market.js';
import { Transport, type Answer, type BodyIn, type CallOptions, type ClientOptions } from '../http/index.js';
import { registerOnce } from '../http/register.js';
import { Applications } from './applications.js';
import { ContributorCaptures } from './captures.js';
import type { DeviceKey } from './device-key.js';
import { Invitations, Offers } from './offers.js';
import { Leaderboards } from './leaderboards.js';
import { Payouts } from './payouts.js';
import { READING_MEDIA_TYPE, signReading, type Measurement } from './reading.js';
import { Reservations } from './reservations.js';
import { sealCapture, type Shot, type SigningDevice } from './sealing.js';

export type RegisterContributor = Omit<ClientOptions, 'apiKey'> &
  BodyIn<'create_contributor'> &
  Pick<CallOptions, 'signal'>;
/** A device with its short-lived certificate; renew it by enrolling the same key again. */
export type EnrolledDevice = Device & SigningDevice;

export interface CaptureRequest extends Omit<Shot, 'captured_at'>, Pick<CallOptions, 'signal'> {
  readonly reservation: Reservation;
  /** RFC 3339 with a zone; the device's clock now when left out. */
  readonly captured_at?: string;
  /** Null leaves the capture unsigned, which only bounties below tier `signed` take. */
  readonly device: SigningDevice | null;
}

export interface MeasureRequest extends Measurement, Pick<CaptureRequest, 'place' | 'captured_at' | 'signal'> {
  readonly reservation: Reservation;
}

/**
 * The capturing side: find work, reserve, capture, be paid.
 *
 * @example
 * const { api_key } = await ContributorClient.contributors.register({ baseUrl, name: 'Aiko', adult: true });
 * const contributor = new ContributorClient({ baseUrl, apiKey: api_key });
 * const device = await contributor.devices.enrol(await DeviceKey.generate());
 * for await (const { id, terms, slots } of contributor.bounties.search({ near: { lat: 32.7448, lng: 129.8737 }, radius_m: 2_000 })) {
 *   if (terms.kind !== 'photo' || terms.purpose === 'markets' || slots.free === 0) continue; // For markets: `applications`.
 *   const reservation = await contributor.reservations.create(id);
 *   const place = { lat: 32.7448, lng: 129.8737, accuracy_m: 12 };
 *   const capture = await contributor.capture({ reservation, device, bytes, media_type: 'image/jpeg', place });
 *   await contributor.captures.waitFor(capture.id, { until: 'settled' });
 *   break;
 * }
 */
export class ContributorClient {
  readonly reservations: Reservations;
  readonly applications: Applications;
  readonly offers: Offers;
  readonly invitations: Invitations;
  readonly market: Market;
  readonly captures: ContributorCaptures;
  readonly balance: Balance;
  readonly transfers: Transfers;
  readonly events: Events;
  readonly disputes: Disputes;
  readonly payouts: Payouts;
  readonly reputation: Reputation;
  readonly leaderboards: Leaderboards;
  private readonly transport: Transport;
  private readonly all: Bounties;

  constructor(options: ClientOptions) {
    this.transport = new Transport(options);
    this.all = new Bounties(this.transport);
    this.reservations = new Reservations(this.transport);
    this.applications = new Applications(this.transport);
    this.offers = new Offers(this.transport);
    this.invitations = new Invitations(this.transport);
    this.market = new Market(this.transport);
    this.captures = new ContributorCaptures(this.transport);
    this.balance = new Balance(this.transport);
    this.transfers = new Transfers(this.transport);
    this.events = new Events(this.transport);
    this.disputes = new Disputes(this.transport);
    this.reputation = new Reputation(this.transport);
    this.leaderboards = new Leaderboards(this.transport);
    this.payouts = new Payouts(this.transport, async () => (await this.transport.call('me', {})).id);
  }

  /** What needs no key. */
  static readonly contributors = {
    /**
     * Registers a contributor. The key is in this answer and nowhere else: store it before anything.
     *
     * @example
     * const { id, api_key } = await ContributorClient.contributors.register({ baseUrl, name: 'Aiko', adult: true });
     * @param request `adult` states an age of 18 or more; nobody else takes work.
     * @throws {ProblemError} `invalid_request`; `rate_limited`.
     */
    register({ baseUrl, fetch, timing, signal, ...body }: RegisterContributor) {
      return registerOnce<Answer<'create_contributor'>>(() =>
        new Transport({ baseUrl, fetch, timing }).call('create_contributor', { body, signal }),
      );
    },
  };

  readonly bounties = {
    /**
     * Open bounties whose area is within `radius_m` metres (1 to 100,000) of a point, newest first unless `sort` says otherwise
     * (`price`: the most a slot can come to cost, dearest first; `distance`: to the middle of the area). With `price_min`, those alone
     * whose slot costs at least that now.
     *
     * @example
     * for await (const bounty of contributor.bounties.search({ near: { lat: 32.7448, lng: 129.8737 }, radius_m: 2_000 }))
     *   console.log(bounty.price_now, bounty.terms.title);
     */
    search: (where: {
      near: Point;
      radius_m?: number;
      kind?: 'photo' | 'video' | 'reading';
      sort?: 'newest' | 'price' | 'distance';
      price_min?: string;
      signal?: AbortSignal;
    }) => this.all.list({ ...where, state: 'open' }) satisfies AsyncIterable<Bounty>,

    /**
     * One bounty.
     *
     * @example
     * const { terms, price_now } = await contributor.bounties.get(bounty.id);
     * @throws {ProblemError} `not_found`.
     */
    get: (id: string, options: CallOptions = {}): Promise<Bounty> => this.all.get(id, options),

    /**
     * The rounds in which the slots of a bounty for markets are drawn; check each with `verifyDraw`.
     *
     * @example
     * for await (const { state, entries } of contributor.bounties.draws(drawn.id)) console.log(state, entries?.length);
     * @throws {ProblemError} `not_found`.
     */
    draws: (id: string, options: Pick<CallOptions, 'signal'> = {}) => this.all.draws(id, options),
  };

  readonly devices = {
    /**
     * A challenge that one attestation may be made for. App Attest: `clientDataHash` is SHA-256 of `attestationClientData(challenge,
     * key.publicKey)`. Android: the 32 bytes of `fromBase64Url(challenge)` are the attestation challenge of the new key.
     *
     * @example
     * const { challenge } = await contributor.devices.challenge();
     * @throws {ProblemError} `attestation_unavailable` where no attestation can be checked.
     */
    challenge: (options: CallOptions = {}): Promise<DeviceChallenge> =>
      this.transport.call('create_device_challenge', options),

    /**
     * Enrols a device key, or renews its certificate. One key is one device, however often it is enrolled.
     *
     * @example
     * const device = await contributor.devices.enrol(await DeviceKey.generate(), { label: 'phone' });
     * @param options `attestation` is the platform's word that the key sits in hardware, made for a `challenge` of yours: it lifts
     * the device to tier `attested`.
     * @throws {ProblemError} `seal_invalid` when the key does not prove that it is held; `attestation_unavailable`, `attestation_refused`
     * (with `reason`), `attestation_challenge_unknown`.
     */
    enrol: async (
      key: DeviceKey,
      {
        label = '',
        attestation,
        ...options
      }: CallOptions & { readonly label?: string; readonly attestation?: Attestation } = {},
    ): Promise<EnrolledDevice> => {
      const { id } = await this.transport.call('me', { signal: options.signal });
      const body = {
        public_key: key.publicKey,
        proof: await key.proofFor(id),
        label,
        ...(attestation && { attestation }),
      };
      return { ...(await this.transport.call('create_device', { ...options, body })), key };
    },
  };

  /**
   * Seals a shot, registers the seal first, then announces, uploads and hands it in. To seal now and upload later, use
   * `sealCapture` and `captures.uploadSealed`.
   *
   * @example
   * const capture = await contributor.capture({ reservation, device, bytes, media_type: 'image/jpeg', place });
   * @returns State `submitted`; `captures.waitFor` tells how it ends.
   * @throws {ProblemError} as the steps of `captures`. @throws {ZodError} for a shot that the server would refuse.
   */
  async capture({ reservation, device, signal, ...shot }: CaptureRequest): Promise<Capture> {
    const captured_at = shot.captured_at ?? toWireTime(this.transport.timing.wall_ms());
    const sealed = await sealCapture(reservation, { ...shot, captured_at }, device);
    return this.captures.uploadSealed(sealed, shot.bytes, { signal });
  }

  /**
   * Signs what an instrument measured, and seals, uploads and hands it in like any capture, for a bounty of kind `reading`. To be sure
   * of one capture after a crash, keep what `signReading` answers and use `capture`: signing again makes another file.
   *
   * @example
   * const instrument = { id: 'bme280-7', calibrated_on: '2026-03-01' };
   * const samples = [{ at: Date.now(), value: 21.4 }];
   * const reservation = readingReservation;
   * const capture = await contributor.measure({ reservation, device, instrument, seq: 17, unit: 'Cel', samples, place });
   * @returns State `submitted`; `captures.waitFor` tells how it ends.
   * @throws {ReadingFault} for samples that the server would refuse. @throws as `capture`.
   */
  async measure({ place, captured_at, signal, ...measurement }: MeasureRequest): Promise<Capture> {
    const { reservation, device } = measurement;
    const bytes = await signReading(measurement);
    const shot = { bytes, media_type: READING_MEDIA_TYPE, place, ...(captured_at !== undefined && { captured_at }) };
    return this.capture({ reservation, device, ...shot, ...(signal && { signal }) });
  }
}
