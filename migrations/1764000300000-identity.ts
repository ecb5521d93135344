import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Agents, contributors, keys with spend caps, devices and their certificates. */
export class Identity1764000300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE agent (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        name text NOT NULL,
        created_at timestamptz NOT NULL
      );
      CREATE TABLE contributor (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        name text NOT NULL,
        adult_attested_at timestamptz,
        settled integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL
      );
      CREATE TABLE api_key (
        id text PRIMARY KEY,
        hash bytea NOT NULL UNIQUE,
        principal_id text NOT NULL,
        role text NOT NULL CHECK (role IN ('agent', 'contributor', 'operator')),
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        name text NOT NULL,
        scopes text[] NOT NULL,
        cap_per_bounty bigint CHECK (cap_per_bounty >= 0),
        cap_rolling_24h bigint CHECK (cap_rolling_24h >= 0),
        created_at timestamptz NOT NULL,
        revoked_at timestamptz
      );
      CREATE TABLE spend_commitment (
        cause text PRIMARY KEY,
        key_id text NOT NULL REFERENCES api_key,
        amount bigint NOT NULL CHECK (amount >= 0),
        at timestamptz NOT NULL
      );
      CREATE INDEX spend_commitment_by_key ON spend_commitment (key_id, at);
      CREATE TABLE device (
        id text PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('test', 'live')),
        contributor_id text NOT NULL REFERENCES contributor,
        public_key jsonb NOT NULL,
        thumbprint text NOT NULL,
        label text NOT NULL,
        created_at timestamptz NOT NULL
      );
      CREATE TABLE device_certificate (
        device_id text NOT NULL REFERENCES device,
        pem text NOT NULL,
        valid_from timestamptz NOT NULL,
        valid_until timestamptz NOT NULL CHECK (valid_until > valid_from)
      );
      CREATE INDEX device_certificate_by_device ON device_certificate (device_id, valid_until);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
