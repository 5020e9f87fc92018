/**
 * Owns a store as after some years: 100,000 cancel requests, 1,000,000 audit rows, 500 watches and 50 subscriptions, of which a
 * part becomes due at `DUE`; or what is open there alone, without the years. Written past the rules, in one transaction.
 */

import { DatabaseSync } from 'node:sqlite';
import { newRequest } from '../src/payouts/cancel/request.ts';
import { openStore } from '../src/store/database.ts';

const MINUTE_MS = 60_000;
/** A Friday, 10:00 in India: nothing is due. */
export const BEFORE = Date.parse('2026-11-20T04:30:00Z');
/** 11:00, when digests and everything else that waits become due. */
const DUE = BEFORE + 60 * MINUTE_MS;
/** Five minutes later. */
export const AFTER = DUE + 5 * MINUTE_MS;

export interface Place {
  digests: string;
  approvals: string;
  people: readonly string[];
}

/** `open`: as many requests that wait, watches and schedules as after years, and nothing that ended. */
export type Age = 'years' | 'open';

const numbers = (rows: number): string =>
  `(with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${rows}) select n from numbers)`;
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const iso = (epochMs: number): string => text(new Date(epochMs).toISOString());
/** Spread over this many days before now. */
const past = (rows: number, days: number): string =>
  `strftime('%Y-%m-%dT%H:%M:%S.000Z', ${BEFORE / 1_000} - ${days * 86_400} + n * ${Math.floor((days * 86_400) / rows)}, 'unixepoch')`;

export async function fill(path: string, place: Place, age: Age = 'years'): Promise<void> {
  const store = await openStore(`sqlite:${path}`);
  await store.requests.open([sample(place)], [], []);
  await store.close();
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  database.exec('pragma synchronous = off; begin');
  const open = [...requests(place, age), ...schedules(place), ...watches(place, age)];
  for (const statement of open) database.exec(statement);
  if (age === 'years')
    for (const statement of [...audit(), ...digests(place), ...rest(place)]) database.exec(statement);
  database.exec('commit; pragma wal_checkpoint(truncate)');
  database.close();
}

function sample({ approvals, people }: Place) {
  return newRequest({
    id: 'sample',
    linkId: 'sample',
    amountPaise: 12_345_678,
    contact: { name: 'Asha Rao', email: undefined, mobile: undefined },
    purpose: 'Refund',
    linkExpiresAt: BEFORE + 48 * 60 * MINUTE_MS,
    environment: 'live',
    facts: {
      description: undefined,
      referenceNo: undefined,
      orderId: undefined,
      createdAt: undefined,
      paymentModes: [],
      others: [],
      othersLeftOut: 0,
      othersIncomplete: undefined,
    },
    requestedBy: people[0] ?? '',
    requestedIn: approvals,
    sharedIn: undefined,
    reason: 'Paid twice',
    requestedAt: DUE - 24 * 60 * MINUTE_MS,
    ttlMs: 24 * 60 * MINUTE_MS,
    approvalsRequired: 1,
    rule: undefined,
    emergencyAllowed: false,
    ipayUuid: undefined,
  });
}

/** 100 that expire and 50 that were approved when a process ended; the others were executed. */
function requests({ approvals, people }: Place, age: Age): string[] {
  const rows = numbers(age === 'years' ? 100_000 : 150);
  const user = `case n % ${people.length} ${people.map((id, index) => `when ${index} then ${text(id)}`).join(' ')} end`;
  return [
    `insert into cancel_requests (id, batch_id, number, version, homes_version, status, link_id, requested_by, requested_at, wake_at, details)
       select 'r' || n, 'r' || n, 2000 + n, 4, 4, case when n <= 100 then 'pending' when n <= 150 then 'approved' else 'executed' end,
         printf('%024x', n), ${user}, ${past(100_000, 700)}, case when n <= 150 then ${iso(DUE)} end,
         (select details from cancel_requests where id = 'sample') from ${rows}`,
    `delete from cancel_requests where id = 'sample'`,
    `insert into cards (id, cancel_request_id, purpose, channel_id, ts, shown_version, wanted_version, attempts, next_attempt_at, taken_over, lease_token)
       select 'c' || n, 'r' || n, 'request', ${text(approvals)}, '1790000000.' || printf('%06d', n), 4, 4, 0, ${iso(BEFORE)}, 0, 1 from ${rows}`,
  ];
}

function audit(): string[] {
  return [
    `insert into audit (sequence, at, actor_id, action, link_id, cancel_request_id, amount_paise, scheme, previous_hash, hash)
       select n, ${past(1_000_000, 700)}, 'U' || (n % 200), case n % 10 when 0 then 'reminder.sent' else 'cancel.approved' end,
         printf('%024x', n % 150000), case when n % 10 = 0 then null else 'r' || (n % 100000) end, n % 5000000,
         'sha256', printf('%064x', n - 1), printf('%064x', n) from ${numbers(1_000_000)}`,
    `update audit_head set sequence = 1000000, hash = printf('%064x', 1000000)`,
  ];
}

/** 50, of which two become due. */
function schedules({ digests: channel }: Place): string[] {
  return [
    `insert into digest_subscriptions (id, version, channel_id, cron, timezone, statuses, created_by, created_at, mark_at, skipped)
       select 's' || n, 1, ${text(channel)}, case when n <= 2 then '0 11 * * *' else '0 18 * * *' end, 'Asia/Kolkata',
         'EXPIRED,PROCESSING', 'U_BENCH', ${iso(BEFORE)}, ${iso(BEFORE)}, '[]' from ${numbers(50)}`,
  ];
}

/** 90 days of hourly digests are not pruned yet. */
function digests({ digests: channel }: Place): string[] {
  return [
    `insert into digest_runs (schedule_id, due_at, attempts, next_attempt_at, finished_at)
       select 's' || (n % 50), n, 1, ${past(100_000, 90)}, ${past(100_000, 90)} from ${numbers(100_000)}`,
    `insert into digest_messages (id, schedule_id, due_at, kind, channel_id, expires_at, attempts, next_attempt_at, ts, finished_at)
       select 'm' || n, 's' || (n % 50), n, 'digest', ${text(channel)}, ${iso(BEFORE)}, 1, ${past(100_000, 90)}, '1.' || n, ${past(100_000, 90)}
         from ${numbers(100_000)}`,
    `insert into digest_files (schedule_id, due_at, kind, channel_id, thread_ts, posted_at, attempts, next_attempt_at, finished_at)
       select 's' || (n % 50), n, 'list', ${text(channel)}, '1.' || n, ${past(100_000, 90)}, 1, ${past(100_000, 90)}, ${past(100_000, 90)}
         from ${numbers(100_000)}`,
  ];
}

function watches({ people }: Place, age: Age): string[] {
  const user = text(people[0] ?? '');
  const facts = text(
    JSON.stringify({ state: 'ISSUED', stateSince: BEFORE, seenAt: BEFORE, amountPaise: 100 }),
  );
  const told = text(JSON.stringify({ facts: { state: 'ISSUED' }, watchedSince: BEFORE, at: BEFORE }));
  return [
    `insert into watches (key, id, kind, subject, facts, due_at)
       select 'link ' || printf('%024x', n), 'w' || n, 'link', printf('%024x', n), ${facts}, ${iso(DUE)} from ${numbers(500)}`,
    `insert into watchers (key, user_id, since, until, once)
       select 'link ' || printf('%024x', n), ${user}, ${iso(BEFORE)}, ${iso(BEFORE + 86_400_000 * 7)}, 0 from ${numbers(500)}`,
    `insert into watch_messages (id, user_id, kind, subject, news, details, next_attempt_at, finished_at)
       select 'wm' || n, ${user}, 'link', printf('%024x', n), 'changed', ${told}, ${iso(DUE)},
         case when n > 100 then ${past(100_000, 30)} end from ${numbers(age === 'years' ? 100_000 : 100)}`,
  ];
}

function rest({ people }: Place): string[] {
  const user = people[0] ?? '';
  const items = [{ linkId: '0'.repeat(24), state: 'waiting' }];
  return [
    `insert into indexed_links (link_id, seen_at) select printf('%024x', n), ${past(200_000, 700)} from ${numbers(200_000)}`,
    `insert into link_keys (key, link_id) select printf('%032x', n), printf('%024x', n) from ${numbers(200_000)}`,
    `insert into processing_links (link_id, first_seen_at, last_seen_at)
       select printf('%024x', n), ${past(50_000, 30)}, ${past(50_000, 30)} from ${numbers(50_000)}`,
    `insert into stuck_tellings (channel_id, link_id, stage, since_at, told_at, message_id)
       select 'C', printf('%024x', n), 'first', ${past(50_000, 30)}, ${past(50_000, 30)}, 'm' || n from ${numbers(50_000)}`,
    `insert into auto_reminders (link_id, number, before_ms, expires_at, counts_at, state)
       select printf('%024x', n), 1, 86400000, ${past(50_000, 60)}, ${past(50_000, 60)}, 'sent' from ${numbers(50_000)}`,
    `insert into reminder_runs (id, user_id, started_at, details, attempts, next_attempt_at, lease_token, finished_at)
       select 'rr' || n, ${text(user)}, ${past(20_000, 30)}, ${text(JSON.stringify({ items }))}, 0, ${iso(DUE)}, 1,
         case when n > 20 then ${past(20_000, 30)} end from ${numbers(20_000)}`,
    `insert into home_views (user_id, opened_at, wanted, shown) select 'U' || n, ${iso(BEFORE)}, 1, 1 from ${numbers(2_000)}`,
    ...people.map(
      (id) =>
        `insert into home_views (user_id, opened_at, wanted, shown) values (${text(id)}, ${iso(BEFORE)}, 2, 2)`,
    ),
    `insert into export_runs (id, user_id, started_at, details, attempts, next_attempt_at)
       values ('e', ${text(user)}, ${iso(BEFORE)}, ${text(
         JSON.stringify({ query: { what: 'audit', statuses: [], from: '2026-11-01', to: '2026-11-15' } }),
       )}, 0, ${iso(DUE)})`,
  ];
}
