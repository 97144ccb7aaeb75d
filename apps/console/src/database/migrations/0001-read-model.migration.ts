import type { Migration } from '../migrate.js';

/**
 * The tables of the read model: no payloads. Columns `described` and `placed` order what is known of a row
 * (see order-key.ts); they are compared byte by byte, hence COLLATE "C".
 */
export const readModel: Migration = {
  version: 1,
  name: 'read-model',
  statements: [
    `CREATE TABLE source (
       topic text NOT NULL,
       part int NOT NULL,
       next bigint NOT NULL,
       record_at timestamptz,
       PRIMARY KEY (topic, part)
     )`,
    `CREATE TABLE unit (
       id uuid PRIMARY KEY,
       lane text NOT NULL,
       described text COLLATE "C" NOT NULL,
       kind text,
       tenant text,
       batch uuid NOT NULL,
       request text,
       digest text,
       ids jsonb NOT NULL,
       received timestamptz NOT NULL,
       placed text COLLATE "C" NOT NULL,
       state text NOT NULL,
       stage text NOT NULL,
       attempts int NOT NULL,
       code text,
       rules jsonb NOT NULL,
       refs jsonb NOT NULL,
       changed timestamptz NOT NULL,
       closed timestamptz
     )`,
    'CREATE INDEX unit_received ON unit (received DESC, id DESC)',
    'CREATE INDEX unit_state ON unit (state, received DESC, id DESC)',
    'CREATE INDEX unit_batch ON unit (batch, received DESC, id DESC)',
    'CREATE INDEX unit_request ON unit (request, received DESC, id DESC) WHERE request IS NOT NULL',
    'CREATE INDEX unit_overview ON unit (state, stage)',
    `CREATE TABLE step (
       unit uuid NOT NULL,
       leaf text NOT NULL,
       lane text NOT NULL,
       at timestamptz NOT NULL,
       part int NOT NULL,
       off bigint NOT NULL,
       stage text NOT NULL,
       step text NOT NULL,
       code text NOT NULL,
       status text NOT NULL,
       attempt int NOT NULL,
       actor text NOT NULL,
       input_topic text NOT NULL,
       input_part int NOT NULL,
       input_off bigint NOT NULL,
       PRIMARY KEY (unit, leaf)
     )`,
    'CREATE INDEX step_timeline ON step (unit, at, part, off)',
    `CREATE TABLE request (
       id text PRIMARY KEY,
       placed text COLLATE "C" NOT NULL,
       tenant text NOT NULL,
       jurisdiction text NOT NULL,
       due text NOT NULL,
       clock jsonb NOT NULL
     )`,
  ],
};
