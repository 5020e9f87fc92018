/**
 * Owns a Store in memory that keeps the promises of the one in the database, operation by operation: each is atomic
 * and takes effect at one moment, which `at` can see coming and going. Nothing is shared across its border.
 */

import {
  type CancelRequest,
  FOLLOWING_PURPOSES,
  type MessagePurpose,
  type NewRequest,
  type RequestChange,
  type RequestStatus,
  isUnfinished,
} from '../../src/payouts/cancel/request.ts';
import { batchesOf, batchOf, isPending } from '../../src/payouts/cancel/batch.ts';
import type { AuditEntry } from '../../src/payouts/audit-entry.ts';
import type { AuditFilter } from '../../src/payouts/audit-port.ts';
import type { CardCopy, CardResult, HeldCopy, Opened } from '../../src/payouts/cancel/ports.ts';
import type { Store } from '../../src/payouts/store.ts';
import type { Delegation, Holding } from '../../src/payouts/delegation-port.ts';
import type { TransactionQuery, TransactionAnswer } from '../../src/payouts/transactions/transaction.ts';
import type { TransactionRecord } from '../../src/payouts/transactions/port.ts';
import { linkIndexOperations } from './memory-known-links.ts';
import { processingOperations } from './memory-processing.ts';
import { exportRunOperations } from './memory-export-runs.ts';
import { autoReminderOperations } from './memory-auto-reminders.ts';
import { savedListOperations } from './memory-saved-lists.ts';
import { reminderRunOperations } from './memory-reminder-runs.ts';
import { watchOperations } from './memory-watches.ts';
import { subscriptionOperations } from './memory-subscriptions.ts';
import { chain, FIRST_HASH, toAuditRow } from '../../src/store/audit-chain.ts';

/** The two sides of an operation's effect. */
export interface Moment {
  /** "approvals.save". */
  operation: string;
  /** Before it, nothing of the operation has happened; after it, all of it has and only the answer is missing. */
  when: 'before' | 'after';
}

export interface MemoryStoreOptions {
  /**
   * Awaited on both sides of every operation. Rejecting is a crash: before, the operation never happened; after, it
   * did and the caller never hears of it. Holding on is a switch to somebody else.
   */
  at?: (moment: Moment) => void | Promise<void>;
}

export interface MemoryStore extends Store {
  /** Copies of everything that is kept, for looking at without an operation. */
  contents(): { requests: CancelRequest[]; cards: CardCopy[]; audit: (AuditEntry & { sequence: number })[] };
}

interface AskedTransaction {
  askedAt: number | undefined;
  previousAskedAt: number | undefined;
  last: TransactionAnswer | undefined;
  known: TransactionRecord['known'];
}

interface StoredCopy extends CardCopy {
  token: number;
  leaseUntil: number | undefined;
  takenOver: boolean;
  wantedVersion: number;
}

/** The order of a database: by the first of these, then by the second. */
function by<T>(key: (item: T) => readonly (number | string)[]) {
  return (one: T, other: T): number => {
    const theirs = key(other);
    for (const [index, mine] of key(one).entries()) {
      const its = theirs[index] ?? mine;
      if (mine !== its) return mine < its ? -1 : 1;
    }
    return 0;
  };
}

/** As structuredClone, which takes five times as long for the plain data that nearly all of it is. */
function copied<Value>(value: Value): Value;
function copied(value: unknown): unknown {
  // As structuredClone, it takes no functions and no symbols.
  if (typeof value === 'function' || typeof value === 'symbol') return structuredClone(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => copied(item));
  if (Object.getPrototypeOf(value) !== Object.prototype) return structuredClone(value);
  const copy: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) copy[name] = copied(item);
  return copy;
}

export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  /** An operation of the store: copies in, one atomic step between the two moments, a copy out. */
  function operation<Args extends unknown[], Result>(name: string, work: (...args: Args) => Result) {
    return async (...args: Args): Promise<Result> => {
      const given = copied(args);
      await options.at?.({ operation: name, when: 'before' });
      const result = copied(work(...given));
      await options.at?.({ operation: name, when: 'after' });
      return result;
    };
  }

  const audit = auditOperations(operation);
  const delegations = delegationOperations(operation, audit.append);
  const { requests, cards, kept } = approvalOperations(operation, audit.append, delegations.isLent);
  return {
    requests,
    cards,
    cooldowns: cooldownOperations(operation),
    delegations: delegations.operations,
    linkIndex: linkIndexOperations(operation),
    processing: processingOperations(operation),
    reminderRuns: reminderRunOperations(operation, () => audit.rows),
    exportRuns: exportRunOperations(operation, audit.append),
    autoReminders: autoReminderOperations(operation, audit.append),
    savedLists: savedListOperations(operation),
    subscriptions: subscriptionOperations(operation, audit.append),
    transactions: transactionOperations(operation),
    watches: watchOperations(operation, audit.append),
    audit: audit.operations,
    ping: operation('ping', () => {}),
    close: operation('close', () => {}),
    contents: () => copied({ ...kept(), audit: audit.rows }),
  };
}

export type Operation = <Args extends unknown[], Result>(
  name: string,
  work: (...args: Args) => Result,
) => (...args: Args) => Promise<Result>;

function auditOperations(operation: Operation) {
  const rows: (AuditEntry & { sequence: number })[] = [];

  function append(entry: AuditEntry): void {
    rows.push({ sequence: rows.length + 1, ...entry });
  }

  // Chained when they are read: hashing every state of the exploration would take most of its time.
  const chained = () => chain(rows, 1, FIRST_HASH, undefined);
  const between = (from: number, to: number) =>
    chained()
      .map(toAuditRow)
      .filter((row) => from <= row.at && row.at < to);
  const all = operation('audit.rows', between);
  const operations: Store['audit'] = {
    append: operation('audit.append', append),
    list: operation(
      'audit.list',
      ({ linkId, cancelRequestId, actorId, cancels, from, to, limit }: AuditFilter) =>
        between(from ?? -Infinity, to ?? Infinity)
          .filter((row) => linkId === undefined || row.linkId === linkId)
          .filter((row) => cancelRequestId === undefined || row.cancelRequestId === cancelRequestId)
          .filter((row) => actorId === undefined || row.actorId === actorId)
          .filter((row) => !cancels || row.cancelRequestId !== undefined)
          .toReversed()
          .sort((one, other) => (from === undefined && to === undefined && !cancels ? 0 : other.at - one.at))
          .slice(0, limit),
    ),
    async *rows(from, to) {
      yield* await all(from, to);
    },
    anchor: operation('audit.anchor', () => ({
      sequence: rows.length,
      hash: chained().at(-1)?.hash ?? FIRST_HASH,
    })),
  };
  return { operations, append, rows };
}

function follows({ purpose }: CardCopy): boolean {
  const following: readonly MessagePurpose[] = FOLLOWING_PURPOSES;
  return following.includes(purpose);
}

function approvalOperations(
  operation: Operation,
  append: (entry: AuditEntry) => void,
  isLent: (holding: Holding) => boolean,
) {
  const requests = new Map<string, CancelRequest>();
  const cards = new Map<string, StoredCopy>();

  const unfinishedOf = (linkId: string) =>
    [...requests.values()].find((request) => request.linkId === linkId && isUnfinished(request));

  const batchWith = (batchId: string) =>
    batchOf([...requests.values()].filter((request) => request.batchId === batchId));

  function addCopy(card: CardCopy): void {
    const opened = batchWith(card.cancelRequestId);
    if (!opened) throw new Error(`There is no cancel request ${card.cancelRequestId}.`);
    if (cards.has(card.id)) return;
    const held = { token: 0, leaseUntil: undefined, takenOver: false };
    cards.set(card.id, { ...card, ...held, wantedVersion: opened.version });
  }

  function copyOf(card: StoredCopy): CardCopy {
    const { token: _token, leaseUntil: _until, takenOver: _taken, wantedVersion: _wanted, ...copy } = card;
    return copy;
  }

  const copies = () => [...cards.values()].map(copyOf).sort(by((card) => [card.id]));

  const isDue = (card: StoredCopy, now: number) =>
    card.shownVersion < card.wantedVersion &&
    card.nextAttemptAt <= now &&
    (card.leaseUntil === undefined || card.leaseUntil <= now);

  const heldCopy = ({ id, token }: HeldCopy) => {
    const card = cards.get(id);
    return card?.token === token && card.leaseUntil !== undefined ? card : undefined;
  };

  const cancelRequestStore: Store['requests'] = {
    open: operation(
      'approvals.open',
      (given: readonly NewRequest[], entries: readonly AuditEntry[], fresh: readonly CardCopy[]): Opened => {
        const numbers = new Set([...requests.values()].map(({ batchId }) => batchId));
        const batch = batchOf(given.map((request) => ({ ...request, number: 1001 + numbers.size })));
        if (!batch) throw new Error('A batch has a request at least.');
        const same = batch.requests.some(({ id }) => requests.has(id));
        const taken = batch.requests.flatMap(({ linkId }) => unfinishedOf(linkId) ?? []);
        if (same || (taken.length > 0 && batch.requests.some(isUnfinished))) {
          const existing = batchWith(taken[0]?.batchId ?? batch.id);
          if (!existing) throw new Error(`Cancel request ${batch.id} could be neither opened nor found.`);
          return { opened: false, existing, taken };
        }
        for (const request of batch.requests) requests.set(request.id, request);
        for (const copy of fresh) addCopy(copy);
        for (const entry of entries) append(entry);
        return { opened: true, batch };
      },
    ),
    find: operation('approvals.find', (id: string) => requests.get(id)),
    findBatch: operation('approvals.findBatch', batchWith),
    unfinishedOf: operation('approvals.unfinishedOf', (linkIds: readonly string[]) =>
      linkIds.flatMap((linkId) => unfinishedOf(linkId) ?? []),
    ),
    save: operation(
      'approvals.save',
      (changes: readonly RequestChange[], messages: readonly CardCopy[] = [], holding?: Holding) => {
        const [first] = changes;
        if (!first) return true;
        const { batchId } = first.before;
        for (const { before, after } of changes) {
          const isNext = after.id === before.id && after.version === before.version + 1;
          if (!isNext || before.batchId !== batchId || after.batchId !== batchId) {
            throw new Error(`Cancel request ${before.id} can only be followed by its next version.`);
          }
        }
        if (changes.some(({ before }) => requests.get(before.id)?.version !== before.version)) return false;
        if (holding && !isLent(holding)) return false;
        for (const { after } of changes) {
          const other = isUnfinished(after) ? unfinishedOf(after.linkId) : undefined;
          if (other && other.id !== after.id) throw new Error(`Link ${after.linkId} has an open request.`);
        }
        for (const { after } of changes) requests.set(after.id, after);
        const version = batchWith(batchId)?.version ?? 0;
        for (const card of cards.values()) {
          if (card.cancelRequestId === batchId && follows(card)) card.wantedVersion = version;
        }
        for (const message of messages) addCopy(message);
        for (const entry of changes.flatMap(({ audit: rows }) => rows)) append(entry);
        return true;
      },
    ),
    pending: operation('approvals.pending', () =>
      batchesOf([...requests.values()])
        .filter(isPending)
        .sort(by(({ requests: [first] }) => [first.requestedAt, first.id])),
    ),
    due: operation('approvals.due', (statuses: readonly RequestStatus[], now: number, limit: number) =>
      [...requests.values()]
        .filter(
          (request) =>
            isUnfinished(request) && statuses.includes(request.status) && (request.wakeAt ?? Infinity) <= now,
        )
        .sort(by((request) => [request.wakeAt ?? Infinity, request.id]))
        .slice(0, limit),
    ),
  };

  const cardStore: Store['cards'] = {
    of: operation('cards.of', (cancelRequestId: string) =>
      copies().filter((card) => card.cancelRequestId === cancelRequestId),
    ),
    claim: operation('cards.claim', (cancelRequestId: string, now: number, leaseMs: number) => {
      const due = [...cards.values()].filter(
        (card) => card.cancelRequestId === cancelRequestId && isDue(card, now),
      );
      return due.sort(by((card) => [card.id])).map((card): HeldCopy => {
        card.attempts += 1;
        card.token += 1;
        card.takenOver ||= card.leaseUntil !== undefined;
        card.leaseUntil = now + leaseMs;
        return { ...copyOf(card), token: card.token, takenOver: card.takenOver };
      });
    }),
    renew: operation('cards.renew', (copy: HeldCopy, now: number, leaseMs: number) => {
      const held = heldCopy(copy);
      if (held) held.leaseUntil = now + leaseMs;
      return held !== undefined;
    }),
    settle: operation('cards.settle', (copy: HeldCopy, result: CardResult) => {
      const held = heldCopy(copy);
      const { channelId, ts, shownVersion, attempts, nextAttemptAt, problem } = result;
      if (!held) return false;
      Object.assign(held, { channelId, ts, shownVersion, attempts, nextAttemptAt, problem });
      held.leaseUntil = undefined;
      held.takenOver ||= result.mayComeLate === true;
      return true;
    }),
    showAgain: operation('cards.showAgain', (copy: CardCopy & { ts: string }, now: number) => {
      const known = [...cards.values()].filter(
        (card) =>
          card.cancelRequestId === copy.cancelRequestId &&
          card.channelId === copy.channelId &&
          card.ts === copy.ts,
      );
      for (const card of known) Object.assign(card, { shownVersion: 0, nextAttemptAt: now });
      if (known.length === 0) addCopy(copy);
    }),
    behind: operation('cards.behind', (now: number, limit: number) => {
      const due = [...cards.values()].filter((card) => isDue(card, now));
      due.sort(by((card) => [card.nextAttemptAt, card.cancelRequestId]));
      return [...new Set(due.map((card) => card.cancelRequestId))].slice(0, limit);
    }),
  };

  const kept = () => ({ requests: [...requests.values()], cards: copies() });
  return { requests: cancelRequestStore, cards: cardStore, kept };
}

function cooldownOperations(operation: Operation): Store['cooldowns'] {
  const held = new Map<string, { token: number; untilAt: number | undefined }>();
  return {
    claim: operation('cooldowns.claim', (key: string, now: number, cooldownMs: number) => {
      const before = held.get(key);
      if (before?.untilAt !== undefined && before.untilAt > now) {
        return { claimed: false as const, untilAt: before.untilAt };
      }
      const claim = { token: (before?.token ?? 0) + 1, untilAt: now + cooldownMs };
      held.set(key, claim);
      return { claimed: true as const, ...claim };
    }),
    release: operation('cooldowns.release', (key: string, token: number) => {
      const claim = held.get(key);
      if (claim?.token !== token) return false;
      claim.untilAt = undefined;
      return true;
    }),
  };
}

function delegationOperations(operation: Operation, append: (entry: AuditEntry) => void) {
  const lent = new Map<string, Delegation>();
  const isLent = ({ delegations, now }: Holding): boolean =>
    delegations.every(({ userId, deputyId }) => {
      const there = lent.get(userId);
      return there?.deputyId === deputyId && there.until > now;
    });
  const operations: Store['delegations'] = {
    active: operation('delegations.active', (now: number) =>
      [...lent.values()].filter(({ until }) => until > now).sort(by(({ userId }) => [userId])),
    ),
    lend: operation('delegations.lend', (delegation: Delegation, entries: readonly AuditEntry[]) => {
      lent.set(delegation.userId, delegation);
      for (const entry of entries) append(entry);
    }),
    end: operation('delegations.end', (delegation: Delegation, entries: readonly AuditEntry[]) => {
      const { userId, deputyId, since } = delegation;
      const there = lent.get(userId);
      if (there?.deputyId !== deputyId || there.since !== since) return false;
      lent.delete(userId);
      for (const entry of entries) append(entry);
      return true;
    }),
  };
  return { operations, isLent };
}

function transactionOperations(operation: Operation): Store['transactions'] {
  const asked = new Map<string, AskedTransaction>();
  const keyOf = ({ externalRef, date, aeps }: TransactionQuery) => JSON.stringify([externalRef, date, aeps]);
  const find = (query: TransactionQuery): TransactionRecord | undefined => {
    const found = asked.get(keyOf(query));
    if (found?.askedAt === undefined) return undefined;
    return { askedAt: found.askedAt, last: found.last, known: found.known };
  };
  return {
    find: operation('transactions.find', find),
    claim: operation('transactions.claim', (query: TransactionQuery, now: number, notAfter: number) => {
      const record = find(query);
      if (record && record.askedAt > notAfter) return { claimed: false as const, record };
      const known = asked.get(keyOf(query))?.known;
      asked.set(keyOf(query), { askedAt: now, previousAskedAt: record?.askedAt, last: undefined, known });
      return { claimed: true as const };
    }),
    answer: operation(
      'transactions.answer',
      (query: TransactionQuery, answer: TransactionAnswer, at: number) => {
        const transaction = asked.get(keyOf(query));
        if (!transaction) return;
        transaction.last = answer;
        if (answer.outcome !== 'unknown') transaction.known = { answer, at };
      },
    ),
    release: operation('transactions.release', (query: TransactionQuery, askedAt: number) => {
      const transaction = asked.get(keyOf(query));
      if (transaction?.askedAt !== askedAt) return;
      // An earlier query that was sent still counts for the rhythm.
      transaction.askedAt = transaction.previousAskedAt;
      transaction.previousAskedAt = undefined;
    }),
  };
}
