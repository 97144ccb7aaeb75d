import type { Migration } from '../migrate.js';
import { readModel } from './0001-read-model.migration.js';

/** All migrations in order. */
export const MIGRATIONS: readonly Migration[] = [readModel];
