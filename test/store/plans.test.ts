/** Owns what frequent queries cost: what is due, and a link by its key, is found in an index, however much is stored. */

import { CompiledQuery, Kysely } from 'kysely';
import { describe, expect, onTestFinished, test } from 'vitest';
import { APPROVED_UNFINISHED } from '../../src/payouts/cancel/request.ts';
import { appendAudit, auditStore } from '../../src/store/audit.ts';
import { cancelRequestStore } from '../../src/store/cancel-requests.ts';
import { autoReminderStore } from '../../src/store/auto-reminders.ts';
import { cardStore } from '../../src/store/cards.ts';
import { linkIndexStore } from '../../src/store/known-links.ts';
import { homeStore } from '../../src/store/homes.ts';
import { processingStore } from '../../src/store/processing.ts';
import { exportRunStore } from '../../src/store/export-runs.ts';
import { watchStore } from '../../src/store/watches.ts';
import { NO_SEAL } from '../../src/store/sealed.ts';
import { reminderRunStore } from '../../src/store/reminder-runs.ts';
import { savedListStore } from '../../src/store/saved-lists.ts';
import { migrate } from '../../src/store/migrations/all.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import type { Tables } from '../../src/store/schema.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { DAY_MS } from '../../src/payouts/time.ts';
import { databases, ENGINES } from './engines.ts';
import { NOON } from './samples.ts';

const REQUESTS = 20_000;
/** As a store has them after some years: all but a few finished, their cards as they should be. */
const fill = (numbers: string) => [
  `insert into cancel_requests (id, batch_id, number, version, homes_version, status, link_id, requested_by, requested_at, wake_at, details)
   select 'a' || n, 'a' || n, 1000 + n, 2,
     case when n <= 5 then 1 else 2 end, case when n <= 5 then 'pending' else 'executed' end, 'l' || n, 'U_MAKER',
     '2026-01-01T00:00:00.000Z', case when n <= 5 then '2026-01-01T00:00:00.000Z' end, '{}' from ${numbers}`,
  `insert into cards (id, cancel_request_id, purpose, channel_id, ts, shown_version, wanted_version, attempts,
     next_attempt_at, taken_over)
   select 'c' || n, 'a' || n, 'request', 'C_APPROVALS', '1.' || n, case when n <= 5 then 1 else 2 end, 2, 0,
     '2026-01-01T00:00:00.000Z', 0 from ${numbers}`,
];
/** As many links as are kept, with five keys each; the last one is of one link alone. */
const fillIndex = (numbers: string) => [
  `insert into indexed_links (link_id, seen_at) select 'l' || n, '2026-01-01T00:00:00.000Z' from ${numbers}`,
  ...[1, 10, 100, 1_000, 100_000].map(
    (shared) =>
      `insert into link_keys (key, link_id) select 'k${shared}-' || (n % (${REQUESTS} / ${shared} + 1)), 'l' || n
       from ${numbers}`,
  ),
];
/** Nearly every run is finished; a link is in a few rows of the audit. */
const fillReminders = (numbers: string) => [
  `insert into reminder_runs (id, user_id, started_at, details, attempts, next_attempt_at, finished_at)
   select 'r' || n, 'U_MAKER', '2026-01-01T00:00:00.000Z', '{}', 1, '2026-01-01T00:00:00.000Z',
     case when n > 5 then '2027-01-01T00:00:00.000Z' end from ${numbers}`,
  `insert into audit (sequence, at, actor_id, action, link_id, scheme, previous_hash, hash)
   select n, '2026-01-01T00:00:00.000Z', 'U_MAKER', 'reminder.sent', 'l' || n, 'sha256', '', '' from ${numbers}`,
];
const fillProcessing = (numbers: string) => [
  `insert into processing_links (link_id, first_seen_at, last_seen_at)
   select 'l' || n, '2027-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z' from ${numbers}`,
];
/** Nearly every export is finished. */
const fillExports = (numbers: string) => [
  `insert into export_runs (id, user_id, started_at, details, attempts, next_attempt_at, finished_at)
   select 'e' || n, 'U' || n, '2026-01-01T00:00:00.000Z', '{}', 1, '2026-01-01T00:00:00.000Z',
     case when n > 5 then '2027-01-01T00:00:00.000Z' end from ${numbers}`,
];
const fillAutomatic = (numbers: string) => [
  `insert into auto_reminders (link_id, number, before_ms, expires_at, counts_at, state)
   select 'l' || n, 1, 7200000, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 'sent' from ${numbers}`,
  `insert into auto_reminder_stops (link_id, user_id, at)
   select 's' || n, 'U_MAKER', '2026-01-01T00:00:00.000Z' from ${numbers}`,
];
/** As many as there may be, and messages of some weeks. */
const fillWatches = (numbers: string) => [
  `insert into watches (key, id, kind, subject, facts, due_at)
   select 'link l' || n, 'w' || n, 'link', 'l' || n, '{}', case when n <= 5 then '2026-01-01T00:00:00.000Z'
     else '2027-01-01T00:00:00.000Z' end from ${numbers}`,
  `insert into watchers (key, user_id, since, until, once)
   select 'link l' || n, 'U' || (n / 50), '2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z', 0 from ${numbers}`,
  `insert into watch_messages (id, user_id, kind, subject, news, details, next_attempt_at, finished_at)
   select 'm' || n, 'U' || (n / 50), 'link', 'l' || n, 'final', '{}', '2026-01-01T00:00:00.000Z',
     case when n > 5 then '2027-01-01T00:00:00.000Z' end from ${numbers}`,
];
const fillSavedLists = (numbers: string) => [
  `insert into saved_lists (user_id, slot, sealed, saved_at)
   select 'U' || (n / 20), n % 20, 'r', '2026-01-01T00:00:00.000Z' from ${numbers}`,
];
const NUMBERS = {
  sqlite: `(with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${REQUESTS})
    select n from numbers)`,
  postgres: `generate_series(1, ${REQUESTS}) as numbers (n)`,
};

describe.each(ENGINES)('with many requests on %s', (engine) => {
  const fresh = databases(engine, { isNew: true });

  test('what is due and what is behind are found in their indexes', async () => {
    const { url } = await fresh();
    const opened =
      engine === 'sqlite' ? openSqlite(url.slice('sqlite:'.length)) : await openPostgres(url, () => {});
    onTestFinished(() => opened.close());
    const asked: CompiledQuery[] = [];
    const db = new Kysely<Tables>({ dialect: opened.dialect, log: ({ query }) => void asked.push(query) });
    await migrate(db, engine);
    for (const statement of [
      ...fill(NUMBERS[engine]),
      ...fillIndex(NUMBERS[engine]),
      ...fillReminders(NUMBERS[engine]),
      ...fillAutomatic(NUMBERS[engine]),
      ...fillWatches(NUMBERS[engine]),
      ...fillProcessing(NUMBERS[engine]),
      ...fillExports(NUMBERS[engine]),
      ...fillSavedLists(NUMBERS[engine]),
      'analyze',
    ]) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
    const problems: string[] = [];
    const requests = cancelRequestStore(
      db,
      engine,
      ({ message }) => problems.push(message),
      appendAudit(undefined),
    );
    const cards = cardStore(db, engine);

    /** The plans of this work's first queries. */
    const planOf = async (work: () => Promise<unknown>, queries = 1): Promise<string> => {
      asked.splice(0);
      await work();
      const first = asked.slice(0, queries);
      if (first.length < queries) throw new Error('nothing was asked');
      const explain = engine === 'sqlite' ? 'explain query plan' : 'explain';
      const plans: unknown[] = [];
      for (const { sql, parameters } of first) {
        const { rows } = await db.executeQuery(CompiledQuery.raw(`${explain} ${sql}`, [...parameters]));
        plans.push(...rows);
      }
      return JSON.stringify(plans);
    };
    const linkIndex = linkIndexStore(db, engine);
    const query = { keys: ['k1-7'], match: 'any' as const };
    expect(await linkIndex.find(query, 11)).toEqual(['l7']);
    const found = await planOf(() => linkIndex.find(query, 11));
    expect(found).toMatch(engine === 'sqlite' ? /sqlite_autoindex_link_keys/ : /link_keys_key/);
    expect(found).toMatch(engine === 'sqlite' ? /sqlite_autoindex_indexed_links/ : /indexed_links_pkey/);
    const savedLists = savedListStore(db);
    for (const work of [
      () => savedLists.of('U7'),
      () => savedLists.remove('U7', 1, NOON),
      () => savedLists.put('U7', { slot: 1, sealed: 's', at: NOON }, 'r'),
    ])
      expect(await planOf(work)).toMatch(
        engine === 'sqlite' ? /sqlite_autoindex_saved_lists/ : /saved_lists_pkey/,
      );
    expect(await planOf(() => linkIndex.prune(REQUESTS - 1))).toContain('indexed_links_seen');
    const processing = processingStore(db, engine);
    expect(await planOf(() => processing.find(['l1', 'l2']))).toMatch(
      engine === 'sqlite' ? /sqlite_autoindex_processing_links/ : /processing_links_pkey/,
    );
    expect(await planOf(() => processing.known(10), 2)).toMatch(
      /processing_links_seen.*processing_links_seen/,
    );
    expect(await planOf(() => processing.prune(NOON, REQUESTS - 1), 2)).toMatch(
      /processing_links_seen.*processing_links_seen/,
    );
    const homes = homeStore(db, engine, () => {});
    expect(await planOf(() => homes.behind(NOON, NOON, 100))).toContain('home_views');
    expect(await planOf(() => homes.changes(100))).toContain('cancel_requests_changed');
    const own = await planOf(() => homes.requestedBy('U_NOBODY', NOON, 20), 2);
    expect(own).toMatch(/\bcancel_requests_open_of\b/);
    expect(own).toMatch(/\bcancel_requests_of\b/);
    const automatic = autoReminderStore(db, appendAudit(undefined));
    const claimed = await planOf(() => automatic.known(['l1', 'l2']), 2);
    expect(claimed).toMatch(/auto_reminders_(key|step)|sqlite_autoindex_auto_reminders/);
    expect(claimed).toMatch(/auto_reminder_stops_pkey|sqlite_autoindex_auto_reminder_stops/);
    const step = { linkId: 'l1', beforeMs: 1, expiresAt: NOON };
    expect(await planOf(() => automatic.claim(step, NOON))).toMatch(
      /auto_reminders_(key|step)|sqlite_autoindex_auto_reminders/,
    );
    expect(await planOf(() => automatic.remindedSince(NOON, NOON + 1))).toContain('auto_reminders_counted');
    const pruned = await planOf(() => automatic.prune(0, 0), 2);
    expect(pruned).toContain('auto_reminders_expires');
    expect(pruned).toContain('auto_reminder_stops_at');
    const runs = reminderRunStore(db, engine);
    expect(await planOf(() => runs.due(NOON, 20))).toContain('reminder_runs_open');
    expect(await planOf(() => runs.prune(NOON))).toContain('reminder_runs_finished');
    expect(await planOf(() => runs.lastReminders(['l1', 'l2']))).toContain('audit_link');
    const exports = exportRunStore(db, engine, appendAudit(undefined));
    expect(await planOf(() => exports.due(NOON, 20))).toContain('export_runs_open');
    expect(await planOf(() => exports.prune(NOON))).toContain('export_runs_finished');
    const watches = watchStore(db, engine, { seal: NO_SEAL, appendAudit: appendAudit(undefined) });
    expect(await watches.due(NOON, 100)).toHaveLength(5);
    expect(await planOf(() => watches.due(NOON, 100))).toContain('watches_due');
    expect(await planOf(() => watches.dueMessages(NOON, 100))).toContain('watch_messages_open');
    expect(await planOf(() => watches.prune(NOON))).toContain('watch_messages_finished');
    expect(await planOf(() => watches.watchedBy('U7'))).toContain('watchers_of');
    const audit = auditStore(db, undefined);
    const listOf = (filter: Parameters<typeof audit.list>[0]) => planOf(() => audit.list(filter));
    const days = { from: NOON, to: NOON + DAY_MS, limit: 100 };
    const plans = {
      newest: await listOf({ limit: 100 }),
      link: await listOf({ linkId: 'l1', limit: 100 }),
      person: await listOf({ actorId: 'U_NOBODY', limit: 100 }),
      cancels: await listOf({ cancels: true, limit: 100 }),
      days: await listOf(days),
      cancelsOfDays: await listOf({ ...days, cancels: true }),
      personOfDays: await listOf({ ...days, actorId: 'U_NOBODY' }),
    };
    for (const [name, plan] of Object.entries(plans)) expect(plan, name).not.toMatch(/Seq Scan|SCAN audit"/);
    expect(plans.newest).toMatch(/audit_pkey|sqlite_autoindex_audit/);
    expect(plans.link).toContain('audit_link');
    expect(plans.person).toContain('audit_actor');
    expect(plans.cancels).toContain('audit_cancels');
    expect(plans.cancelsOfDays).toContain('audit_cancels');
    expect(plans.days).toContain('audit_at');
    // Without a sort: the order is that of the index.
    for (const plan of [plans.newest, plans.cancels, plans.cancelsOfDays, plans.days])
      expect(plan).not.toMatch(/TEMP B-TREE|Sort/);
    expect(plans.personOfDays).toMatch(/audit_(at|actor)/);
    expect(await cards.behind(NOON, 100)).toHaveLength(5);
    expect(await planOf(() => cards.behind(NOON, 100))).toContain('cards_behind');
    expect(await planOf(() => cards.claim('a9', NOON, 1_000))).toMatch(/cards_(approval|behind)/);
    expect(await planOf(() => requests.due(['pending'], NOON, 100))).toContain('cancel_requests_wake');
    expect(problems).toHaveLength(5);
    expect(await planOf(() => requests.due(APPROVED_UNFINISHED, NOON, 100))).toContain(
      'cancel_requests_wake',
    );
  });
});
