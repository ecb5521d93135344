import type { Stripe } from 'stripe';
import type { World } from '../state/world.js';
import { recordThin } from '../webhooks/events.js';

type Account = Stripe.V2.Core.Account;
type Entry = NonNullable<NonNullable<Account['requirements']>['entries']>[number];
type Capability = NonNullable<
  NonNullable<NonNullable<NonNullable<Account['configuration']>['recipient']>['capabilities']>['stripe_balance']
>['stripe_transfers'];
export type CapabilityStatus = NonNullable<Capability>['status'];
export type Deadline = Entry['minimum_deadline']['status'];

const CAPABILITY = 'stripe_balance.stripe_transfers';

/** Whether transfers to the account are taken. */
export function mayReceive(world: World, id: string): boolean {
  return capability(world.store.must('accounts', id))?.status === 'active';
}

export function capability(account: Account): NonNullable<Capability> | undefined {
  return account.configuration?.recipient?.capabilities?.stripe_balance?.stripe_transfers;
}

/** Writes the requirements anew and lets the capabilities follow from them; tells about whatever changed. */
export function setRequirements(world: World, before: Account, entries: readonly Entry[]): Account {
  const after = world.store.put('accounts', before.id, { ...before, requirements: requirementsOf(entries) });
  recordThin(world, 'v2.core.account[requirements].updated', before.id);
  // What is past due restricts; what is due later does not yet.
  const late = entries.some((row) => row.minimum_deadline.status === 'past_due');
  return setCapability(world, after, late ? 'restricted' : 'active', late ? 'requirements_past_due' : null);
}

export function setCapability(
  world: World,
  before: Account,
  status: CapabilityStatus,
  code: NonNullable<Capability>['status_details'][number]['code'] | null,
): Account {
  if (!capability(before) || (capability(before)?.status === status && !code)) return before;
  const changed = capability(before)?.status !== status;
  const after = world.store.put('accounts', before.id, withCapability(before, status, code));
  if (changed) {
    for (const updated_capability of [CAPABILITY, 'stripe_balance.payouts']) {
      recordThin(world, 'v2.core.account[configuration.recipient].capability_status_updated', before.id, {
        updated_capability,
      });
    }
  }
  return after;
}

export function withCapability(
  account: Account,
  status: CapabilityStatus,
  code: NonNullable<Capability>['status_details'][number]['code'] | null,
): Account {
  const resolution = status === 'rejected' ? ('no_resolution' as const) : ('provide_info' as const);
  const held = { status, status_details: code ? [{ code, resolution }] : [] };
  const recipient = { applied: true, capabilities: { stripe_balance: { payouts: held, stripe_transfers: held } } };
  return { ...account, configuration: { ...account.configuration, recipient } };
}

export function entry(
  description: string,
  deadline: Deadline,
  reason: 'routine_onboarding' | 'routine_verification',
): Entry {
  return {
    awaiting_action_from: 'user',
    description,
    errors: [],
    impact: {
      restricts_capabilities: [{ capability: CAPABILITY, configuration: 'recipient', deadline: { status: deadline } }],
    },
    minimum_deadline: { status: deadline },
    requested_reasons: [{ code: reason }],
  };
}

export function requirementsOf(entries: readonly Entry[]): NonNullable<Account['requirements']> {
  const order: Deadline[] = ['past_due', 'currently_due', 'eventually_due'];
  const status = order.find((deadline) => entries.some((row) => row.minimum_deadline.status === deadline));
  return { entries: [...entries], ...(status ? { summary: { minimum_deadline: { status } } } : {}) };
}
