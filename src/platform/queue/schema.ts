import { runMigrations } from 'bullmq';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { urlOf } from '../database/index.js';
import { QUEUE_SCHEMA } from './backend.js';

/**
 * Brings the tables of the queues to BullMQ's version, as the user of `dataSource`; the verifier's role may use them but owns nothing.
 * After `migrate`, which makes the schema. Repeatable, and safe from several processes.
 */
export async function migrateQueues(dataSource: DataSource): Promise<void> {
  const client = new Client({ connectionString: urlOf(dataSource), application_name: 'groundtruth-migrate' });
  await client.connect();
  try {
    await runMigrations(client, QUEUE_SCHEMA);
  } finally {
    await client.end();
  }
}
