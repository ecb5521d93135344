import { Inject, Injectable, Optional } from '@nestjs/common';
import type Stripe from 'stripe';
import { DomainError, found } from '../../../kernel/problem.js';
import type { Principal } from '../../../identity/index.js';
import { UnitOfWork } from '../../../platform/database/index.js';
import { CARD_FAILPOINT, passCardFailpoint, type CardFailpoints } from '../../stripe/card.failpoints.js';
import { asking } from '../../stripe/stripe.problems.js';
import { CardCustomers } from './card.customers.js';

const CARDS_MAX = 100;

/** Cards that Stripe keeps for an agent's owner. Nothing of a card is stored here. */
@Injectable()
export class SavedCards {
  constructor(
    private readonly customers: CardCustomers,
    private readonly unitOfWork: UnitOfWork,
    @Optional() @Inject(CARD_FAILPOINT) private readonly at: CardFailpoints = passCardFailpoint,
  ) {}

  async list(caller: Principal) {
    const { customer } = await this.customers.ensure(caller.mode, caller.id);
    return { data: (await this.ofCustomer(caller, customer)).map(view) };
  }

  /** Repeatable: a card that is saved stays saved. */
  async attach(caller: Principal, paymentMethod: string) {
    const { stripe } = this.customers.accessOf(caller.mode);
    const { customer } = await this.customers.ensure(caller.mode, caller.id);
    this.at('saved_card.attach.before');
    const method = await asking(stripe.paymentMethods.attach(paymentMethod, { customer }));
    this.at('saved_card.attach.after');
    return view(method);
  }

  /** Also stops topping up from it. @throws {DomainError} `not_found`. */
  async remove(caller: Principal, paymentMethod: string) {
    const { stripe } = this.customers.accessOf(caller.mode);
    const { customer } = await this.customers.ensure(caller.mode, caller.id);
    const own = (await this.ofCustomer(caller, customer)).find(({ id }) => id === paymentMethod);
    const method = await asking(stripe.paymentMethods.detach(found(own, paymentMethod).id));
    await this.unitOfWork.run(async (tx) => {
      const row = await this.customers.of(tx, caller.id);
      if (row?.auto_method === paymentMethod) await this.customers.setAutomatic(tx, caller.id, null);
    });
    return view(method);
  }

  /** The card that is meant when none is named: the only one. @throws {DomainError} `payment_method_missing`. */
  async only(caller: Principal, customer: string): Promise<string> {
    const [card, ...others] = await this.ofCustomer(caller, customer);
    if (!card || others.length > 0)
      throw new DomainError('payment_method_missing', card ? 'several cards are saved: name one' : 'no card is saved', {
        param: 'payment_method',
        hint: 'Name a payment_method, or save one with POST /v1/payment-methods.',
      });
    return card.id;
  }

  private async ofCustomer(caller: Principal, customer: string): Promise<Stripe.PaymentMethod[]> {
    const { stripe } = this.customers.accessOf(caller.mode);
    const page = await asking(stripe.paymentMethods.list({ customer, type: 'card', limit: CARDS_MAX }));
    return page.data;
  }
}

function view({ id, card }: Stripe.PaymentMethod) {
  const { brand, last4, exp_month, exp_year } = found(card, id);
  return { id, brand, last4, exp_month, exp_year };
}
