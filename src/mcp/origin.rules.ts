/** Names of the machine that a page itself was loaded on. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Whether a request may come from where it says. Programs send no `Origin` and may. A page may when it is of this very server, or of an origin that
 * is allowed: one that let its own name point here (DNS rebinding) still says that name.
 */
export function mayAsk(origin: string | undefined, own: string, allowed: readonly string[]): boolean {
  if (origin === undefined || allowed.includes(origin)) return true;
  const [asking, ours] = [hostnameOf(origin), hostnameOf(own)];
  if (asking === null || ours === null) return false;
  return asking === ours || (LOOPBACK.includes(asking) && LOOPBACK.includes(ours));
}

/** Null for what is no URL, as the `null` of a page without an origin. */
const hostnameOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).hostname : null);
