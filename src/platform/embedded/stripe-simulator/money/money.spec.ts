import type Stripe from 'stripe';
import { type Bench, cardPayment, DAY_MS, errorOf, openBench } from '../simulator.fixture.js';

describe('money in the simulator', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(async () => {
    expect(bench.simulator.control.audit().faults).toEqual([]);
    await bench.simulator.stop();
  });

  const balance = async (account?: string): Promise<[number | undefined, number | undefined]> => {
    const held = await bench.stripe.balance.retrieve({}, account ? { stripeAccount: account } : {});
    return [held.available[0]?.amount, held.pending[0]?.amount];
  };

  it('of a card is pending for two days and then available, less the fee', async () => {
    await bench.pay(10_000, 'pm_card_visa');
    expect(await balance()).toEqual([0, 9_680]);
    bench.pass(2 * DAY_MS - 1_000);
    expect(await balance()).toEqual([0, 9_680]);
    bench.pass(1_000);
    expect(await balance()).toEqual([9_680, 0]);
    const told = await bench.stripe.events.list({ type: 'balance.available' });
    expect(told.data).toHaveLength(1);
  });

  it('captured in the background, which is the default, names its balance transaction a little later', async () => {
    const { capture_method: _, ...payment } = cardPayment(10_000, 'pm_card_bypassPending');
    const paid = await bench.stripe.paymentIntents.create({ ...payment, expand: ['latest_charge'] });
    const charge = paid.latest_charge as Stripe.Charge;
    expect(charge).toMatchObject({ paid: true, balance_transaction: null });
    expect((await bench.stripe.refunds.create({ charge: charge.id, amount: 100 })).status).toBe('succeeded');
    bench.pass(1_000);
    const later = await bench.stripe.charges.retrieve(charge.id, { expand: ['balance_transaction'] });
    expect(later.balance_transaction).toMatchObject({ type: 'charge', net: 9_680 });
    const [told] = (await bench.stripe.events.list({ type: 'charge.updated' })).data;
    expect(told?.data.previous_attributes).toEqual({ balance_transaction: null });
  });

  it('is transferred only as far as it is available', async () => {
    const payee = await bench.payee();
    await bench.pay(10_000);
    const send = (amount: number) => bench.stripe.transfers.create({ amount, currency: 'usd', destination: payee });
    expect((await errorOf(send(9_681))).code).toBe('balance_insufficient');
    const sent = await send(9_680);
    expect(sent).toMatchObject({ amount: 9_680, destination: payee, reversed: false });
    expect(await balance()).toEqual([0, 0]);
    expect(await balance(payee)).toEqual([9_680, 0]);
  });

  it('on its way from a charge can be passed on before it is there, up to that charge', async () => {
    const payee = await bench.payee();
    bench.simulator.control.accounts.setPayoutSchedule(payee, 'manual');
    const charge = await bench.pay(10_000, 'pm_card_visa');
    const source = { currency: 'usd', destination: payee, source_transaction: charge.id } as const;
    await bench.stripe.transfers.create({ ...source, amount: 9_000 });
    expect((await errorOf(bench.stripe.transfers.create({ ...source, amount: 1_001 }))).param).toBe('amount');
    expect(await balance(payee)).toEqual([0, 9_000]);
    bench.pass(2 * DAY_MS);
    expect(await balance(payee)).toEqual([9_000, 0]);
  });

  it('is found by transfer group and destination, with its metadata', async () => {
    const [one, other] = [await bench.payee(), await bench.payee()];
    await bench.pay(10_000);
    const send = (destination: string, transfer_group: string) =>
      bench.stripe.transfers.create({
        amount: 100,
        currency: 'usd',
        destination,
        transfer_group,
        metadata: { operation: transfer_group },
      });
    const sent = [await send(one, 'monday'), await send(other, 'monday'), await send(one, 'tuesday')];
    const monday = await bench.stripe.transfers.list({ transfer_group: 'monday' });
    expect(monday.data.map((row) => row.id)).toEqual([sent[1]?.id, sent[0]?.id]);
    const found = await bench.stripe.transfers.list({ transfer_group: 'monday', destination: one });
    expect(found.data.map((row) => row.metadata.operation)).toEqual(['monday']);
  });

  it('comes back by a reversal only while the destination has it', async () => {
    const payee = await bench.payee();
    await bench.pay(10_000);
    const sent = await bench.stripe.transfers.create({ amount: 5_000, currency: 'usd', destination: payee });
    await bench.stripe.payouts.create({ amount: 3_000, currency: 'usd' }, { stripeAccount: payee });
    expect((await errorOf(bench.stripe.transfers.createReversal(sent.id))).code).toBe('balance_insufficient');
    await bench.stripe.transfers.createReversal(sent.id, { amount: 2_000, metadata: { why: 'collusion' } });
    expect(await bench.stripe.transfers.retrieve(sent.id)).toMatchObject({ amount_reversed: 2_000, reversed: false });
    expect(await balance(payee)).toEqual([0, 0]);
  });

  it('leaves an account every day by itself, and arrives two days later', async () => {
    const payee = await bench.payee();
    await bench.pay(10_000);
    await bench.stripe.transfers.create({ amount: 5_000, currency: 'usd', destination: payee });
    bench.pass(DAY_MS);
    const listed = await bench.stripe.payouts.list({}, { stripeAccount: payee });
    expect(listed.data).toMatchObject([{ amount: 5_000, automatic: true, status: 'pending' }]);
    const id = listed.data[0]?.id ?? '';
    bench.pass(DAY_MS);
    expect((await bench.stripe.payouts.retrieve(id, {}, { stripeAccount: payee })).status).toBe('in_transit');
    bench.pass(DAY_MS);
    const paid = await bench.stripe.payouts.retrieve(id, {}, { stripeAccount: payee });
    expect(paid).toMatchObject({ status: 'paid', reconciliation_status: 'completed' });
    const covered = await bench.stripe.balanceTransactions.list({ payout: id }, { stripeAccount: payee });
    expect(covered.data.map((row) => [row.type, row.net])).toEqual([
      ['payout', -5_000],
      ['payment', 5_000],
    ]);
    const fees = await bench.stripe.balanceTransactions.list({ type: 'stripe_fee' });
    expect(fees.data.map((row) => row.amount)).toEqual([-200, -38]);
  });

  it('that a bank returns is in the balance again, and no payout leaves until the bank account is replaced', async () => {
    const payee = await bench.payee();
    await bench.pay(10_000);
    await bench.stripe.transfers.create({ amount: 5_000, currency: 'usd', destination: payee });
    bench.pass(DAY_MS);
    bench.pass(2 * DAY_MS);
    const [paid] = (await bench.stripe.payouts.list({ status: 'paid' }, { stripeAccount: payee })).data;
    const returned = bench.simulator.control.payouts.fail(paid?.id ?? '');
    expect(returned).toMatchObject({ status: 'failed', failure_code: 'account_closed' });
    bench.pass(3 * DAY_MS);
    expect(await balance(payee)).toEqual([5_000, 0]);
    expect((await bench.stripe.payouts.list({}, { stripeAccount: payee })).data).toHaveLength(1);
    bench.simulator.control.accounts.replaceBankAccount(payee);
    bench.pass(DAY_MS);
    expect((await bench.stripe.payouts.list({ status: 'pending' }, { stripeAccount: payee })).data).toHaveLength(1);
  });

  it('of a pending payout made by hand returns when it is canceled', async () => {
    const payee = await bench.payee();
    bench.simulator.control.accounts.setPayoutSchedule(payee, 'manual');
    await bench.pay(10_000);
    await bench.stripe.transfers.create({ amount: 5_000, currency: 'usd', destination: payee });
    const made = await bench.stripe.payouts.create({ amount: 2_000, currency: 'usd' }, { stripeAccount: payee });
    expect((await bench.stripe.payouts.cancel(made.id, {}, { stripeAccount: payee })).status).toBe('canceled');
    expect(await balance(payee)).toEqual([5_000, 0]);
  });

  it('of a disputed charge is withdrawn with a fee of 15 dollars, and returns without it when the dispute is won', async () => {
    const charge = await bench.pay(10_000, 'pm_card_createDispute');
    expect(charge.disputed).toBe(true);
    expect(await balance()).toEqual([-11_500, 9_680]);
    expect((await errorOf(bench.stripe.refunds.create({ charge: charge.id }))).code).toBe('charge_disputed');
    const [dispute] = (await bench.stripe.disputes.list({ charge: charge.id })).data;
    expect(dispute).toMatchObject({ status: 'needs_response', amount: 10_000, reason: 'fraudulent' });
    const won = await bench.stripe.disputes.update(dispute?.id ?? '', {
      evidence: { uncategorized_text: 'winning_evidence' },
    });
    expect(won.status).toBe('won');
    expect(won.balance_transactions.map((row) => row.net)).toEqual([-11_500, 10_000]);
    expect(await balance()).toEqual([-1_500, 9_680]);
  });

  it('of a dispute that is given up stays away', async () => {
    await bench.pay(10_000, 'pm_card_createDisputeProductNotReceived');
    const [dispute] = (await bench.stripe.disputes.list()).data;
    expect((await bench.stripe.disputes.close(dispute?.id ?? '')).status).toBe('lost');
    expect(() => bench.simulator.control.disputes.decide(dispute?.id ?? '', 'won')).toThrow('already');
    expect((await bench.stripe.balanceTransactions.list({ type: 'adjustment' })).data).toHaveLength(1);
  });

  it('stays while a bank only asks', async () => {
    const charge = await bench.pay(10_000, 'pm_card_createDisputeInquiry');
    const [dispute] = (await bench.stripe.disputes.list()).data;
    expect(dispute).toMatchObject({
      status: 'warning_needs_response',
      is_charge_refundable: true,
      balance_transactions: [],
    });
    expect((await bench.stripe.refunds.create({ charge: charge.id })).status).toBe('succeeded');
  });

  it('of a refund that fails is in the balance again, and the charge counts as not refunded', async () => {
    const charge = await bench.pay(10_000, 'pm_card_refundFail');
    const refund = await bench.stripe.refunds.create({ charge: charge.id, amount: 4_000 });
    bench.simulator.control.refunds.fail(refund.id);
    expect(await bench.stripe.refunds.retrieve(refund.id)).toMatchObject({ status: 'failed' });
    expect((await bench.stripe.charges.retrieve(charge.id)).amount_refunded).toBe(0);
    expect(await balance()).toEqual([0, 9_680]);
  });

  it('of a slow refund leaves when it is made; the bank completes it later', async () => {
    const charge = await bench.pay(10_000, 'pm_card_pendingRefund');
    const refund = await bench.stripe.refunds.create({ charge: charge.id });
    expect(refund.status).toBe('pending');
    expect(bench.simulator.control.refunds.complete(refund.id).status).toBe('succeeded');
  });

  it('is warned of by the bank of a stolen card until the payment is refunded', async () => {
    const charge = await bench.pay(10_000, 'pm_card_createIssuerFraudRecord');
    const [warning] = (await bench.stripe.radar.earlyFraudWarnings.list({ charge: charge.id })).data;
    expect(warning).toMatchObject({ actionable: true, charge: charge.id });
    await bench.stripe.refunds.create({ charge: charge.id, reason: 'fraudulent' });
    expect((await bench.stripe.radar.earlyFraudWarnings.retrieve(warning?.id ?? '')).actionable).toBe(false);
  });

  it('is charged once the cardholder agrees, and not when authentication fails', async () => {
    const ask = () => bench.stripe.paymentIntents.create(cardPayment(2_000, 'pm_card_authenticationRequired'));
    const [agreed, failed] = [await ask(), await ask()];
    expect(agreed).toMatchObject({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } });
    bench.simulator.control.authenticate(agreed.id, 'agrees');
    bench.simulator.control.authenticate(failed.id, 'fails');
    expect((await bench.stripe.paymentIntents.retrieve(agreed.id)).status).toBe('succeeded');
    const left: Stripe.PaymentIntent = await bench.stripe.paymentIntents.retrieve(failed.id);
    expect(left).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
    expect(bench.simulator.control.audit().charged).toBe(2_000);
  });
});
