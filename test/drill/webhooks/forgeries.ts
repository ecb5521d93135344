import { header, signed, type Told } from './told.js';

/** What is posted, and how it must be answered. */
export interface Letter {
  readonly body: string;
  /** The header `Stripe-Signature`; null: none. */
  readonly signature: string | null;
  readonly status: number;
  /** Of the catalogue; null when it is taken. */
  readonly code: string | null;
}

export interface Forging {
  readonly told: Told;
  readonly secret: string;
  readonly now_s: number;
  /** A number of its own. */
  readonly n: number;
  readonly body_bytes_max: number;
}

export const TOLERANCE_S = 300;
const NOT_SIGNED = { status: 400, code: 'webhook_signature_invalid' } as const;
const NO_EVENT = { status: 400, code: 'invalid_request' } as const;

/** Letters that are not Stripe's, or not for us: each must be refused and leave nothing. */
export const FORGERIES: Readonly<Record<string, (forging: Forging) => Letter>> = {
  wrong_secret: ({ told, now_s, n }) => {
    const body = renamed(told, n);
    return { body, signature: header(body, `whsec_of_somebody_else_${n}`, now_s), ...NOT_SIGNED };
  },
  altered_body: ({ told, secret, now_s, n }) => {
    const body = n % 2 ? renamed(told, n) : told.body.replace(/"livemode": false/, '"livemode":  false');
    return { body, signature: header(told.body, secret, now_s), ...NOT_SIGNED };
  },
  old_timestamp: ({ told, secret, now_s, n }) => {
    const at_s = now_s - TOLERANCE_S - 1 - (n % 86_400);
    return { body: told.body, signature: header(told.body, secret, at_s), ...NOT_SIGNED };
  },
  moved_timestamp: ({ told, secret, now_s }) => {
    const v1 = signed(told.body, secret, now_s - 3_600);
    return { body: told.body, signature: `t=${now_s},v1=${v1}`, ...NOT_SIGNED };
  },
  no_header: ({ told }) => ({ body: told.body, signature: null, ...NOT_SIGNED }),
  empty_header: ({ told }) => ({ body: told.body, signature: '', ...NOT_SIGNED }),
  no_timestamp: ({ told, secret, now_s }) => ({
    body: told.body,
    signature: `v1=${signed(told.body, secret, now_s)}`,
    ...NOT_SIGNED,
  }),
  v0_only: ({ told, secret, now_s }) => ({
    body: told.body,
    signature: `t=${now_s},v0=${signed(told.body, secret, now_s)}`,
    ...NOT_SIGNED,
  }),
  two_wrong_signatures: ({ told, now_s }) => {
    const [one, other] = ['whsec_one', 'whsec_other'].map((secret) => signed(told.body, secret, now_s));
    return { body: told.body, signature: `t=${now_s},v1=${one},v1=${other}`, ...NOT_SIGNED };
  },
  truncated_body: ({ told, secret, now_s, n }) => {
    const body = told.body.slice(0, 1 + (n % (told.body.length - 1)));
    return { body, signature: header(told.body, secret, now_s), ...NOT_SIGNED };
  },
  no_body: ({ secret, now_s }) => ({ body: '', signature: header('', secret, now_s), ...NO_EVENT }),
  not_json: ({ secret, now_s, n }) => {
    const body = `<event n="${n}"/>`;
    return { body, signature: header(body, secret, now_s), ...NO_EVENT };
  },
  no_event: ({ secret, now_s, n }) => {
    const body = JSON.stringify({ id: `evt_forged_${n}`, object: 'charge', amount: 2_000 });
    return { body, signature: header(body, secret, now_s), ...NO_EVENT };
  },
  other_mode: ({ told, secret, now_s, n }) => {
    const body = JSON.stringify({ ...(JSON.parse(renamed(told, n)) as object), livemode: true });
    return { body, signature: header(body, secret, now_s), ...NO_EVENT };
  },
  huge_body: ({ told, secret, now_s, body_bytes_max }) => {
    const body = told.body + ' '.repeat(body_bytes_max);
    return { body, signature: header(body, secret, now_s), status: 413, code: 'payload_too_large' };
  },
};

/** Signed with Stripe's own secret, and not true: taken, since nobody can tell, and without any effect, since the object is asked for. */
export const UNTRUTHS: Readonly<Record<string, (forging: Forging) => Letter>> = {
  no_such_payment: (forging) => untrue(forging, 'payment_intent.succeeded', { id: `pi_nobody_${forging.n}` }),
  no_such_dispute: (forging) => untrue(forging, 'charge.dispute.created', { id: forging.told.about }),
  no_such_refund: (forging) => untrue(forging, 'refund.failed', { id: `re_nobody_${forging.n}` }),
  no_such_transfer: (forging) => untrue(forging, 'transfer.reversed', { id: `tr_nobody_${forging.n}` }),
  about_nothing: (forging) => untrue(forging, 'payment_intent.succeeded', {}),
  another_state: (forging) => untrue(forging, 'payment_intent.succeeded', { id: forging.told.about }),
  another_amount: ({ told, secret, now_s, n }) => {
    const body = told.body
      .replace(JSON.stringify(told.id), JSON.stringify(untrueId(n)))
      .replace(
        /"amount(\w*)": (\d+)/g,
        (_, what: string, cents: string) => `"amount${what}": ${Number(cents) * 7 + 1}`,
      );
    return { body, signature: header(body, secret, now_s), status: 200, code: null };
  },
};

export const untrueId = (n: number): string => `evt_untrue_${n}`;

function untrue({ secret, now_s, n }: Forging, type: string, object: object): Letter {
  const event = { id: untrueId(n), object: 'event', type, livemode: false, created: now_s, data: { object } };
  const body = JSON.stringify(event);
  return { body, signature: header(body, secret, now_s), status: 200, code: null };
}

/** The same event under an id that no genuine one has: should it get in, it is found. */
function renamed({ id, body }: Told, n: number): string {
  return body.replace(JSON.stringify(id), JSON.stringify(`evt_forged_${n}`));
}
