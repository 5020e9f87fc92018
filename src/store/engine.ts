/** Owns what the store needs from a database engine; nothing above it knows which one it is. */

import type { Dialect } from 'kysely';

export type Engine = 'sqlite' | 'postgres';

/** Connections to the database, and how many callers wait for one. SQLite has one. */
export interface Connections {
  open: number;
  idle: number;
  waiting: number;
}

/**
 * `own`: to read and write. `beside`: only to read, also while Payout Desk runs; what is opened has to exist. `still`: the same
 * for an SQLite file that nobody uses, without the side files that reading makes.
 */
export type Access = 'own' | 'beside' | 'still';

export interface OpenEngine {
  kind: Engine;
  dialect: Dialect;
  close(): Promise<void>;
  connections(): Connections;
  /** The engine's failure as one line for the operator: what to do, and no password. */
  explain(error: unknown): Error;
}
