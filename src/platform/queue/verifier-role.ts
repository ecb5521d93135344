import type { DataSource } from 'typeorm';
import { ensureLoginRole, urlOfRole } from '../database/login-role.js';

/** Made by a migration; may use the rows of the queues and execute the functions granted to it, and nothing else. */
export const VERIFIER_ROLE = 'verifier';

/** Sets the password of the verifier's role. At every start; repeatable. */
export async function ensureVerifierRole(dataSource: DataSource, password: string): Promise<void> {
  await ensureLoginRole(dataSource, VERIFIER_ROLE, password);
}

/** The database `url` of the app as the verifier reaches it. */
export const verifierUrl = (url: string, password: string): string => urlOfRole(url, VERIFIER_ROLE, password);
