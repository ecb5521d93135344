import { Injectable } from '@nestjs/common';
import { OFFERS_MAX, type Offer, type Page } from '@groundtruth/sdk/protocol';
import { Clock, type Instant } from '../kernel/clock.js';
import { mintId } from '../kernel/ids.js';
import { DomainError, found } from '../kernel/problem.js';
import { IdentityRepository, type Principal } from '../identity/index.js';
import { UnitOfWork, type Command } from '../platform/database/index.js';
import { pageOf, readCursor } from '../platform/http/cursor.js';
import type { BodyOf, QueryOf } from '../platform/http/serves.js';
import { InvitationChanges } from './invitation.changes.js';
import { InvitationsRepository } from './invitations.repository.js';
import type { OfferRow } from './offer.entity.js';
import { cellsOf, checkOffer, standingOf } from './offer.terms.js';
import { offerView } from './offer.view.js';
import { OffersRepository } from './offers.repository.js';

/** Standing asks, each its contributor's alone. */
@Injectable()
export class OffersService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly offers: OffersRepository,
    private readonly invitations: InvitationsRepository,
    private readonly changes: InvitationChanges,
    private readonly identities: IdentityRepository,
    private readonly clock: Clock,
  ) {}

  /** Makes an offer, which stands at once or with its next hours. @throws {DomainError} `invalid_request`; `offers_limit`. */
  async create(command: Command, caller: Principal, body: BodyOf<'create_offer'>) {
    return this.unitOfWork.onceAfter(
      command,
      () => offerOf(caller, body, this.clock.now()),
      async (tx, row) => {
        await this.identities.lockContributor(tx, caller.id);
        if ((await this.offers.countActive(tx, caller.id)) >= OFFERS_MAX)
          throw new DomainError('offers_limit', `at most ${OFFERS_MAX} active offers`, { limit: OFFERS_MAX });
        await this.offers.insert(tx, row);
        return offerView({ ...row, state: 'active', announced: false, ended_at: null });
      },
    );
  }

  async list(caller: Principal, { state, cursor, limit }: QueryOf<'list_offers'>): Promise<Page<Offer>> {
    const page = { state: state ?? null, after: readCursor(cursor), limit: limit + 1 };
    const rows = await this.unitOfWork.run((tx) => this.offers.list(tx, caller, page));
    const { data, ...rest } = pageOf(rows, limit, (row) => row.id);
    return { ...rest, data: data.map(offerView) };
  }

  /** Ends an offer and its open invitations; reservations go on. Repeatable: an offer that ended before answers as it is. */
  async withdraw(caller: Principal, id: string): Promise<Offer> {
    return this.unitOfWork.run(async (tx) => {
      const row = await this.offers.lock(tx, id);
      const mine = found(row && row.contributor_id === caller.id && row.mode === caller.mode ? row : null, id);
      if (await this.offers.advance(tx, id, 'withdraw', this.clock.now()))
        for (const invitation of await this.invitations.openOfOffer(tx, mine.id))
          await this.changes.end(tx, invitation, 'withdraw');
      return offerView((await this.offers.lock(tx, id))!);
    });
  }
}

/** A new offer of theirs. @throws {DomainError} `invalid_request`. */
function offerOf(caller: Principal, body: BodyOf<'create_offer'>, now: Instant) {
  checkOffer(body, now);
  const stretch = standingOf(body, now);
  if (!stretch)
    throw new DomainError('invalid_request', 'its hours do not come before it ends', { param: 'valid_until' });
  const { price_min, currency, rail, kinds, valid_until, auto_confirm, active_max, no_go } = body;
  return {
    id: mintId('offer'),
    mode: caller.mode,
    contributor_id: caller.id as OfferRow['contributor_id'],
    area: body.area ?? null,
    ...cellsOf(body),
    hours: body.hours ?? null,
    ...{ price_min, currency, rail, kinds, valid_until, auto_confirm, active_max, no_go },
    stands_from: stretch.from,
    stands_until: stretch.until,
    created_at: now,
  };
}
