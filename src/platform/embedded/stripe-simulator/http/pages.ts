import type { World } from '../state/world.js';
import type { Answer } from './exchange.js';

/** What the simulator's own pages may do. */
export interface PageActions {
  authenticate(id: string, holder: 'agrees' | 'fails'): void;
  onboard(account: string): void;
}

/**
 * Two pages that stand for Stripe's own: the cardholder's bank, and onboarding. A person clicks; then the browser goes back to
 * `return_url`. Null for other paths.
 */
export function pages(world: World, actions: PageActions): (method: string, url: URL) => Answer | null {
  return (method, url) => {
    const [, root, kind, id] = url.pathname.split('/');
    if (root !== 'simulator' || !id) return null;
    if (kind === 'authenticate') return bank(world, actions, method, url, id);
    return kind === 'onboarding' ? onboarding(world, actions, method, url, id) : null;
  };
}

function bank(world: World, actions: PageActions, method: string, url: URL, id: string): Answer | null {
  const intent = world.store.get('payment_intents', id) ?? world.store.get('setup_intents', id);
  if (!intent) return null;
  if (intent.status !== 'requires_action')
    return page(`<p>${escaped(id)} asks for no authentication: it is ${escaped(intent.status)}.</p>`);
  const back = intent.next_action?.redirect_to_url?.return_url ?? null;
  if (method !== 'POST') {
    return page(
      `<p>The bank asks whether ${escaped(id)} is yours.</p>` +
        form(`${url.pathname}?holder=agrees`, 'Authenticate') +
        form(`${url.pathname}?holder=fails`, 'Fail authentication'),
    );
  }
  actions.authenticate(id, url.searchParams.get('holder') === 'agrees' ? 'agrees' : 'fails');
  return done(back, { [intent.object]: id });
}

function onboarding(world: World, actions: PageActions, method: string, url: URL, id: string): Answer | null {
  if (!world.store.get('accounts', id)) return null;
  const late = Number(url.searchParams.get('expires')) < world.clock.now();
  if (late) return done(url.searchParams.get('refresh_url'), {});
  if (method !== 'POST') {
    return page(
      `<p>Onboarding of ${escaped(id)}.</p>${form(`${url.pathname}${url.search}`, 'Give name, address and bank account')}`,
    );
  }
  actions.onboard(id);
  return done(url.searchParams.get('return_url'), {});
}

function done(back: string | null, query: Record<string, string>): Answer {
  if (!back || !/^https?:/.test(back)) return page('<p>Done. You may close this page.</p>');
  const location = new URL(back);
  for (const [name, value] of Object.entries(query)) location.searchParams.set(name, value);
  return { status: 303, body: '', headers: { location: location.href } };
}

function page(content: string): Answer {
  const body = `<!doctype html><meta charset="utf-8"><title>Stripe simulator</title><h1>This is not Stripe</h1><p>A simulator; no money moves.</p>${content}`;
  return { status: 200, body, headers: { 'content-type': 'text/html; charset=utf-8' } };
}

function form(action: string, label: string): string {
  return `<form method="post" action="${escaped(action)}"><button>${escaped(label)}</button></form>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
