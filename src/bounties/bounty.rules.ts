import { RE2JS } from 're2js';
import { capOf, leastOf, mulCeil, type BountyTerms, type Criterion } from '@groundtruth/sdk/protocol';
import { seconds, type Instant } from '../kernel/clock.js';
import { DomainError } from '../kernel/problem.js';
import { polygonProblem } from '../kernel/geo.js';
import { areaProblem } from './area.rules.js';
import { checkReadingCriterion, checkReadingTerms } from './reading.rules.js';
import { unreachable } from './unreachable.js';

/** What this instance can check; anything else is refused at quote, never silently passed. */
export interface Reach {
  readonly labels: ReadonlySet<string>;
  readonly signed_value_max: bigint;
  /** Whether some device attestation can be checked: without one no capture reaches tier `attested`. */
  readonly attestation: boolean;
  /** Whether there are trust lists by which a C2PA signer counts as a third party. */
  readonly third_party_c2pa: boolean;
  /** Whether a model that holds pictures against sentences is configured. */
  readonly open_vocabulary: boolean;
  /** Whether films can be decoded. */
  readonly video: boolean;
  /** Whether escrows on some chain can be paid into. */
  readonly chain: boolean;
}

export const BASIS_POINTS = 10_000n;

/** The fee on a price: basis points, rounded up to the micro. */
export function feeOf(price: bigint, feeBps: number): bigint {
  return mulCeil(price, BigInt(feeBps), BASIS_POINTS);
}

/** What a bounty must hold when nothing is settled: price and fee of every slot. */
export function holdOf(price: bigint, fee: bigint, quantity: number): bigint {
  return (price + fee) * BigInt(quantity);
}

/** What an accepted capture is paid: the price, or the published share of it for a negative answer, rounded down to the micro. */
export function payOf(price: bigint, finding: 'present' | 'absent', absenceShareBps: bigint): bigint {
  return finding === 'present' ? price : (price * absenceShareBps) / BASIS_POINTS;
}

/** `"0.5"` → 5000n. The schema has already bounded the text to four decimals. */
export function shareToBps(share: string): bigint {
  const [whole, fraction = ''] = share.split('.');
  return BigInt(whole!) * BASIS_POINTS + BigInt(fraction.padEnd(4, '0'));
}

/**
 * Refuses terms that make no sense now or that nothing here can check, in this published order: window, area, then what is
 * not served, then each criterion.
 */
export function checkTerms(terms: BountyTerms, reach: Reach, now: Instant): void {
  checkWindow(terms, now);
  const problem = areaProblem(terms.area, polygonProblem);
  if (problem) throw new DomainError('invalid_request', problem, { param: 'area' });
  checkPledges(terms, now);
  checkServed(terms, reach);
  if (payOf(leastOf(terms.price), 'absent', shareToBps(terms.absence_share)) === 0n)
    throw new DomainError('invalid_request', 'the share of so small a price is nothing', { param: 'price' });
  checkReadingTerms(terms);
  terms.criteria.all.forEach((criterion, index) => checkCriterion(criterion, `criteria.all.${index}`, reach));
}

function checkWindow(terms: BountyTerms, now: Instant): void {
  const { opens_at = now, closes_at } = terms.window;
  if (closes_at <= now)
    throw new DomainError('invalid_request', 'the window is in the past', { param: 'window.closes_at' });
  if (opens_at >= closes_at)
    throw new DomainError('invalid_request', 'the window opens after it closes', { param: 'window.opens_at' });
  if (closes_at - now > seconds(WINDOW_REACH_S)) {
    throw new DomainError('invalid_request', 'the window closes more than 31 days from now', {
      param: 'window.closes_at',
    });
  }
}
const WINDOW_REACH_S = 31 * 86_400;

/** Pledges have their deadline in the window, and one ledger that several can pay into. */
function checkPledges({ pledges, rail, window }: BountyTerms, now: Instant): void {
  const deadline = pledges?.deadline_at;
  if (deadline !== undefined && (deadline <= now || deadline > window.closes_at))
    throw new DomainError('invalid_request', 'pledges end between now and the end of the window', {
      param: 'pledges.deadline_at',
    });
  if (pledges && rail !== 'balance')
    throw unreachable('pledges', 'the escrow on chain is funded by one wallet', 'Gather pledges on the balance rail.');
}

function checkServed(terms: BountyTerms, reach: Reach): void {
  const { criteria } = terms;
  if (terms.kind === 'video' && !reach.video)
    throw unreachable('kind', 'nothing here decodes films', 'Ask for a photo, or have the operator install ffmpeg.');
  if (terms.agreement && terms.agreement.of > terms.quantity)
    throw unreachable('agreement.of', 'fewer captures are asked for than are to agree', 'Raise `quantity`.');
  checkRail(terms, reach);
  const attested = criteria.provenance === 'attested';
  if (attested && !reach.attestation)
    throw unreachable('criteria.provenance', 'no device attestation is configured here');
  if (criteria.c2pa === 'third_party' && !reach.third_party_c2pa)
    throw unreachable('criteria.c2pa', 'no trust list of C2PA signers is configured here');
  if (terms.purpose === 'markets' && terms.mode === 'race')
    throw unreachable('mode', 'slots of bounties for markets are drawn: in a race the requester’s own could be first');
  const corroborated = attested || terms.agreement !== undefined;
  if (terms.purpose === 'markets' && !corroborated)
    throw unreachable('purpose', 'bounties for markets need attested captures (`criteria.provenance`), or `agreement`');
  if (criteria.provenance === 'nonce' && !criteria.code_in_scene) {
    throw unreachable('criteria.code_in_scene', 'tier nonce is reached only by a code read in the scene');
  }
  if (capOf(terms.price) > reach.signed_value_max && !corroborated) {
    throw unreachable('price', 'a price this high needs attested captures (`criteria.provenance`), or `agreement`');
  }
}

function checkRail({ rail, currency, payer }: BountyTerms, reach: Reach): void {
  if (rail === 'balance') {
    if (currency !== 'USD') throw unreachable('currency', 'the balance rail is in USD');
    if (payer) throw new DomainError('invalid_request', 'only the stablecoin rail has a payer', { param: 'payer' });
    return;
  }
  if (!reach.chain) throw unreachable('rail', 'no chain is configured here');
  if (currency !== 'USDC') throw unreachable('currency', 'the stablecoin rail is in USDC');
  if (!payer)
    throw new DomainError('invalid_request', 'the stablecoin rail needs the wallet that pays', { param: 'payer' });
}

function checkCriterion(criterion: Criterion, param: string, reach: Reach): void {
  if ('object' in criterion) {
    if (!reach.labels.has(criterion.object.label))
      throw unreachable(`${param}.object.label`, 'no configured detector knows this label');
  } else if ('reading' in criterion) checkReadingCriterion(criterion.reading, `${param}.reading`);
  else if ('text' in criterion) checkPattern(criterion.text.pattern, `${param}.text.pattern`);
  else if (!('similar_to' in criterion) && !reach.open_vocabulary)
    throw unreachable(param, 'no model for this criterion is configured');
}

/** Texts that a pattern with meaning does not match. */
const NOISE = ['', 'a', 'Z', '7', '.', '-', 'qzx', '0', 'xkcdvwpq', '!!', 'ÄÖ', '漢字'];
const NOISE_MATCHES_MAX = 3;

/** RE2 syntax, so linear time; and not so wide that nearly any picture would do. */
function checkPattern(pattern: string, param: string): void {
  const compiled = compile(pattern, param);
  const matches = NOISE.filter((noise) => compiled.matcher(noise).find()).length;
  if (compiled.matcher('').find() || matches > NOISE_MATCHES_MAX) {
    throw new DomainError('pattern_too_wide', 'the pattern matches texts that say nothing', {
      param,
      hint: 'Name the words you expect.',
    });
  }
}

function compile(pattern: string, param: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    throw new DomainError(
      'invalid_request',
      'the pattern is not RE2 syntax',
      { param, hint: 'RE2 has no look-around and no back-references.' },
      { cause },
    );
  }
}

/**
 * A closing bounty is over once no slot is held and nobody waits for one (so no capture is undecided or unpaid), every window to appeal a rejection has passed, and
 * every appeal is denied or paid.
 */
export function mayFinish(bounty: ClosingBounty, now: Instant): boolean {
  const appealable = bounty.appealable_until !== null && bounty.appealable_until > now;
  const busy = bounty.reserved + bounty.waiting + bounty.appeals > 0;
  return bounty.state === 'closing' && !busy && !appealable;
}

interface ClosingBounty {
  readonly state: string;
  readonly reserved: number;
  readonly waiting: number;
  readonly appeals: number;
  readonly appealable_until: Instant | null;
}
