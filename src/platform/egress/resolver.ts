import { Resolver } from 'node:dns/promises';

/** All addresses of a name, asked anew each time. @throws when there is none, or nobody answers. */
export type Resolve = (name: string) => Promise<string[]>;

const TRY_MS = 1_500;
const TRIES = 2;

/**
 * Asks the name servers of this machine. Neither its hosts file nor its search domains count, which name things of its own network; and no
 * thread is held, as `getaddrinfo` holds one, while a name server of the stranger's does not answer.
 */
export const resolveByDns: Resolve = async (name) => {
  const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
  const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const addresses = found.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (addresses.length === 0) throw (found[0] as PromiseRejectedResult).reason;
  return addresses;
};
