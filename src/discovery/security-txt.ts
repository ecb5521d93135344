/** What the operator says; null when it says nothing. */
export interface SecurityContact {
  /** `mailto:`, `https:` or `tel:`, the preferred one first. */
  readonly contacts: readonly string[];
  /** RFC 3339. */
  readonly expires: string;
}

/** `/.well-known/security.txt` (RFC 9116). Null without a contact, and once it has expired: a stale one is not to be used, so none is shown. */
export function securityTxt(origin: string, said: SecurityContact | null, now: number): string | null {
  if (!said || Date.parse(said.expires) <= now) return null;
  return [
    ...said.contacts.map((contact) => `Contact: ${contact}`),
    `Expires: ${said.expires}`,
    'Preferred-Languages: en',
    `Canonical: ${origin}/.well-known/security.txt`,
    `Policy: ${origin}/docs/discovery.md`,
    '',
  ].join('\n');
}
