/** Owns what the rules need from outside: types alone. Instants are epoch milliseconds in UTC. */

import type { AuditLog } from './audit-port.ts';
import type { CardStore, CancelRequestStore } from './cancel/ports.ts';
import type { Environment, TrackedLink } from './links/link.ts';
import type { LinkFilter, LinkPage, WalkEnd } from './links/page.ts';
import type { Revealed } from './links/revealed.ts';
import type { TransactionAnswer } from './transactions/transaction.ts';
import type { TransactionStore } from './transactions/port.ts';

// ---- InstantPay ----------------------------------------------------------------------------------------

/**
 * What became of a write (R9). `done`: confirmed. `refused`: certainly not done. `verify`: InstantPay answered
 * with a code after which the state must be read before anything is said. `unknown`: it may or may not have
 * been done. `not_sent`: nothing left this machine.
 */
export interface WriteAnswer {
  kind: 'done' | 'refused' | 'verify' | 'unknown' | 'not_sent';
  /** InstantPay's own words, masked, or what went wrong on the way. */
  message: string;
  statuscode: string | undefined;
  ipayUuid: string | undefined;
  environment: Environment | undefined;
}

export interface TransactionQuery {
  externalRef: string;
  /** YYYY-MM-DD, a day in Asia/Kolkata. */
  date: string;
  /** AePS transactions alone are asked for with `source: ORDER`. */
  aeps: boolean;
}

/** InstantPay as the rules see it. Everything private in what it returns is masked (R17). Failures are DeskErrors. */
export interface Gateway {
  track(linkId: string): Promise<TrackedLink>;
  /** One page of the list, newest first as InstantPay orders it; `recordsPerPage` defaults to 10. */
  page(filter: LinkFilter, pageNumber: number, recordsPerPage?: number): Promise<LinkPage>;
  /**
   * Every page; returns how the walk ended instead of throwing when a page fails. When the list moves meanwhile the
   * walk starts over, up to twice (R2), and hands its links on again: keep one record for each link id, the last one.
   */
  links(filter: LinkFilter): AsyncGenerator<LinkPage, WalkEnd, void>;
  /** Never retried once anything was sent (R9); resolves for every outcome. */
  notify(linkId: string): Promise<WriteAnswer>;
  /**
   * Never retried once anything was sent (R9); resolves for every outcome. Nothing leaves from `before` on, an instant:
   * what has not left by then is `not_sent`.
   */
  cancel(linkId: string, before: number): Promise<WriteAnswer>;
  /** The link's private details, unmasked; for `reveal` alone. */
  reveal(linkId: string): Promise<Revealed>;
  /** One query, never retried once sent: the rhythm of R12 counts it. Resolves for every outcome. */
  transaction(query: TransactionQuery): Promise<TransactionAnswer>;
}

// ---- The store -----------------------------------------------------------------------------------------

export interface CooldownStore {
  /**
   * Atomic: starts a cooldown for the key unless one is running; returns when it, or the running one, ends. Replicas
   * share the database's clock; `now` counts where there is one process alone.
   */
  claim(
    key: string,
    now: number,
    cooldownMs: number,
  ): Promise<{ claimed: true; token: number; untilAt: number } | { claimed: false; untilAt: number }>;
  /** Takes the claim of this token back, when it is certain that nothing was sent; false when another one stands. */
  release(key: string, token: number): Promise<boolean>;
}

export interface Store {
  requests: CancelRequestStore;
  cards: CardStore;
  cooldowns: CooldownStore;
  transactions: TransactionStore;
  audit: AuditLog;
  /** Resolves when a write works; rejects with Unavailable when it does not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

// ---- The rest ------------------------------------------------------------------------------------------

/** What somebody is to this workspace; a `stranger` belongs to another one (Slack Connect). */
export type PersonKind = 'member' | 'guest' | 'bot' | 'deactivated' | 'stranger';

/** Who people are and who belongs to a Slack user group; with `since`, as Slack tells it at that moment or later. */
export interface Directory {
  /** Rejects with Unavailable when Slack does not tell. */
  person(userId: string, since?: number): Promise<PersonKind>;
  /** The name they go by, which is text from outside; undefined when Slack does not tell. */
  name(userId: string): Promise<string | undefined>;
  /** The group's user ids; rejects with Unavailable when Slack does not tell. */
  groupMembers(groupId: string, since?: number): Promise<ReadonlySet<string>>;
}

export type Clock = () => number;

/** Makes a fresh opaque id. */
export type NewId = () => string;
