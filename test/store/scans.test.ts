/**
 * Owns that no query reads a whole table: each operation of the store that looks for rows is played on tables that are full, as
 * after some years, and the database is asked how it finds the rows of every statement that came of it.
 */

import type { CompiledQuery } from 'kysely';
import { z } from 'zod';
import { describe, expect, onTestFinished, test } from 'vitest';
import { APPROVED_UNFINISHED } from '../../src/payouts/cancel/request.ts';
import { createSeal } from '../../src/slack/block-kit/seal.ts';
import { type OpenStore, openStore } from '../../src/store/database.ts';
import { databases, ENGINES, type EngineName, type TestDatabase } from './engines.ts';
import { subscription } from '../payouts/subscriptions/samples.ts';
import { columnsOf, fillTables, SMALL } from './fill.ts';
import { card, entry, exportRun, NOON, reminderRun, request } from './samples.ts';

const ROWS = 5_000;

/**
 * What looks for rows, by part of the store. The rest takes what one of these found, and touches its row by its key: `BY_KEY`.
 * A new operation stands in one of the two, or the last test fails.
 */
const LOOKS: Record<string, Record<string, (store: OpenStore) => Promise<unknown>>> = {
  requests: {
    find: ({ requests }) => requests.find('x7'),
    findBatch: ({ requests }) => requests.findBatch('x7'),
    unfinishedOf: ({ requests }) => requests.unfinishedOf(['x7', 'x8']),
    pending: ({ requests }) => requests.pending(),
    due: async ({ requests }) => [
      await requests.due(['pending'], NOON, 100),
      await requests.due(APPROVED_UNFINISHED, NOON, 100),
    ],
    open: ({ requests }) => requests.open([request()], [entry()], [card()]),
  },
  cards: {
    of: ({ cards }) => cards.of('x7'),
    claim: ({ cards }) => cards.claim('x7', NOON, 1_000),
    behind: ({ cards }) => cards.behind(NOON, 100),
  },
  cooldowns: { claim: ({ cooldowns }) => cooldowns.claim('x7', NOON, 1_000) },
  delegations: { active: ({ delegations }) => delegations.active(NOON) },
  linkIndex: {
    find: ({ linkIndex }) => linkIndex.find({ keys: ['x7', 'x8'], match: 'any' }, 11),
    remember: ({ linkIndex }) => linkIndex.remember([{ linkId: 'x7', keys: ['a', 'b'] }], NOON),
    prune: ({ linkIndex }) => linkIndex.prune(ROWS - 3),
  },
  processing: {
    seen: ({ processing }) =>
      processing.seen(
        [
          { linkId: 'x7', status: 'PROCESSING' },
          { linkId: 'x8', status: 'CLAIMED' },
        ],
        NOON,
      ),
    claimedAt: ({ processing }) => processing.claimedAt('x7', NOON),
    find: ({ processing }) => processing.find(['x7', 'x8']),
    known: ({ processing }) => processing.known(100),
    prune: ({ processing }) => processing.prune(0, ROWS - 3),
  },
  reminderRuns: {
    start: ({ reminderRuns }) => reminderRuns.start(reminderRun(), NOON, 1_000),
    claim: ({ reminderRuns }) => reminderRuns.claim('x7', NOON, 1_000),
    due: ({ reminderRuns }) => reminderRuns.due(NOON, 20),
    prune: ({ reminderRuns }) => reminderRuns.prune(0),
    lastReminders: ({ reminderRuns }) => reminderRuns.lastReminders(['x7', 'x8']),
  },
  exportRuns: {
    start: ({ exportRuns }) => exportRuns.start(exportRun(), NOON),
    stop: ({ exportRuns }) => exportRuns.stop('x7', 'x7', NOON, entry()),
    find: ({ exportRuns }) => exportRuns.find('x7', 'x7'),
    claim: ({ exportRuns }) => exportRuns.claim('x7', NOON, 1_000),
    due: ({ exportRuns }) => exportRuns.due(NOON, 20),
    prune: ({ exportRuns }) => exportRuns.prune(0),
  },
  autoReminders: {
    claim: ({ autoReminders }) => autoReminders.claim(STEP, NOON),
    release: ({ autoReminders }) => autoReminders.release(STEP),
    known: ({ autoReminders }) => autoReminders.known(['x7', 'x8']),
    setStopped: ({ autoReminders }) => autoReminders.setStopped('x7', true, entry()),
    remindedSince: ({ autoReminders }) => autoReminders.remindedSince(NOON, NOON + 1),
    prune: ({ autoReminders }) => autoReminders.prune(0, 0),
  },
  savedLists: { of: ({ savedLists }) => savedLists.of('x7') },
  transactions: {
    find: ({ transactions }) => transactions.find(QUERY),
    claim: ({ transactions }) => transactions.claim(QUERY, NOON, 0),
    release: ({ transactions }) => transactions.release(QUERY, NOON),
  },
  watches: {
    start: ({ watches }) =>
      watches.start(
        { id: 'w', subject: WATCHED, facts: FACTS, dueAt: NOON },
        { userId: 'x7', since: NOON, until: NOON, once: false },
        { each: 50, inAll: 5_000 },
        [],
      ),
    stop: ({ watches }) => watches.stop(WATCHED, 'x7', []),
    isWatching: ({ watches }) => watches.isWatching(WATCHED, 'x7'),
    watchedBy: ({ watches }) => watches.watchedBy('x7'),
    hurry: ({ watches }) => watches.hurry(WATCHED, NOON),
    due: ({ watches }) => watches.due(NOON, 20),
    claim: ({ watches }) => watches.claim('x7', NOON, 1_000),
    dueMessages: ({ watches }) => watches.dueMessages(NOON, 20),
    claimMessage: ({ watches }) => watches.claimMessage('x7', NOON, 1_000),
    prune: ({ watches }) => watches.prune(0),
  },
  digests: {
    dueReads: ({ digests }) => digests.dueReads('x7', NOON),
    claimRead: ({ digests }) => digests.claimRead({ scheduleId: 'x7', dueAt: NOON }, NOON, 1_000),
    dueMessages: ({ digests }) => digests.dueMessages(NOON, 20),
    claimMessage: ({ digests }) => digests.claimMessage('x7', NOON, 1_000),
    told: ({ digests }) => digests.told('x7'),
    strays: ({ digests }) => digests.strays(20),
    lastPostedAt: ({ digests }) => digests.lastPostedAt(),
    dueSchedules: ({ digests }) => digests.dueSchedules(NOON),
    prune: ({ digests }) => digests.prune(0),
  },
  subscriptions: {
    all: ({ subscriptions }) => subscriptions.all(),
    of: ({ subscriptions }) => subscriptions.of('x7'),
    find: ({ subscriptions }) => subscriptions.find('x7'),
    create: ({ subscriptions }) => subscriptions.create(subscription({ id: 'fresh' }), []),
    save: async ({ subscriptions }) => {
      const before = subscription({ id: 'fresh' });
      await subscriptions.save(before, { ...before, version: 2 }, { audit: [], endsAt: NOON });
    },
    remove: async ({ subscriptions }) => {
      const gone = subscription({ id: 'gone' });
      await subscriptions.create(gone, []);
      await subscriptions.remove(gone, { audit: [], endsAt: NOON });
    },
  },
  escalations: {
    claimWalk: ({ escalations }) => escalations.claimWalk(NOON, 1_000),
    told: ({ escalations }) => escalations.told('C_DIGESTS', ['x7', 'x8']),
    prune: ({ escalations }) => escalations.prune(0),
  },
  digestFiles: {
    posted: ({ digestFiles }) => digestFiles.posted(NOON),
    due: ({ digestFiles }) => digestFiles.due(NOON, 20),
    claim: ({ digestFiles }) => digestFiles.claim(FILE, NOON, 1_000),
    prune: ({ digestFiles }) => digestFiles.prune(0),
    totals: ({ digestFiles }) => digestFiles.totals('x7', '2026-01-01', '2026-01-31'),
    pruneTotals: ({ digestFiles }) => digestFiles.pruneTotals('2020-01-01'),
  },
  openWork: { read: ({ openWork }) => openWork.read() },
  homes: {
    opened: ({ homes }) => homes.opened('x7', NOON),
    openedSince: ({ homes }) => homes.openedSince(NOON, 20),
    changes: ({ homes }) => homes.changes(20),
    want: ({ homes }) => homes.want(['x7']),
    claim: ({ homes }) => homes.claim('x7', NOON, 1_000),
    behind: ({ homes }) => homes.behind(NOON, NOON, 100),
    requestedBy: ({ homes }) => homes.requestedBy('x7', NOON, 20),
    selectedAllAt: ({ homes }) => homes.selectedAllAt('x7'),
    counts: ({ homes }) => homes.counts(NOON),
  },
  retention: {
    removeRequests: ({ retention }) => retention.removeRequests(NOON, 50),
    removeCooldowns: ({ retention }) => retention.removeCooldowns(NOON, 50),
    removeTransactions: ({ retention }) => retention.removeTransactions(NOON, 50),
  },
  audit: {
    append: ({ audit }) => audit.append(entry()),
    list: async ({ audit }) => {
      await audit.list({ limit: 20 });
      await audit.list({ linkId: 'x7', limit: 20 });
      await audit.list({ cancelRequestId: 'x7', limit: 20 });
      await audit.list({ actorId: 'x7', limit: 20 });
      await audit.list({ from: NOON, to: NOON + 1, limit: 20 });
    },
    rows: ({ audit }) => audit.rows(NOON, NOON + 1).next(),
    anchor: ({ audit }) => audit.anchor(),
  },
};
const QUERY = { externalRef: 'REF', date: '2026-11-20', aeps: false };
const FILE = { scheduleId: 'x7', dueAt: NOON, postedAt: NOON, kind: 'list' } as const;
const STEP = { linkId: 'x7', beforeMs: 7, expiresAt: NOON };
const WATCHED = { kind: 'link', linkId: '657aa9841b8d3897ff0a84fb' } as const;
const FACTS = {
  amountPaise: 1,
  name: undefined,
  state: 'ISSUED',
  stateSince: NOON,
  seenAt: NOON,
  claimedAt: undefined,
  environment: undefined,
} as const;

/** Bounded by a limit of its own: what is counted for it, and the schedules, each of which has its due times. */
const COUNTED = [
  'watches.start reads all of watchers',
  'subscriptions.all reads all of digest_subscriptions',
  'openWork.read reads all of watches',
];

const BY_KEY: Record<string, string[]> = {
  requests: ['save'],
  cards: ['renew', 'settle', 'showAgain'],
  cooldowns: ['release'],
  delegations: ['lend', 'end'],
  reminderRuns: ['renew', 'save', 'release', 'finish'],
  exportRuns: ['renew', 'save', 'release', 'finish', 'isStopped'],
  autoReminders: ['settle'],
  savedLists: ['keep', 'put', 'remove'],
  transactions: ['answer'],
  watches: ['renew', 'settle', 'posting', 'finish', 'tellLater'],
  digests:
    'account setMark renewRead finishRead retryRead posting posted postLater abandon addStray removeStray'.split(
      ' ',
    ),
  escalations: ['tell'],
  digestFiles: ['plan', 'renew', 'save', 'release', 'finish', 'record'],
  homes: ['claimWelcome', 'releaseWelcome', 'selectAll', 'settle', 'told'],
  // To verify the audit is to read all of it, when an operator asks.
  audit: ['begin', 'verify'],
};

const explained = z.array(z.record(z.string(), z.coerce.string()));
describe.each(ENGINES)('on %s', (engine) => {
  const fresh = databases(engine, { isNew: true });

  test('no operation reads a whole table', async () => {
    const database = await fresh();
    const asked: CompiledQuery[] = [];
    const store = await openStore(database.url, {
      report: () => undefined,
      seal: createSeal('of the tests'),
      onQuery: (query) => asked.push(query),
    });
    onTestFinished(() => store.close());
    await fillTables(engine, database, { rows: ROWS });
    /** By statement, the operation that it came of. */
    const statements = new Map<string, { by: string; query: CompiledQuery }>();
    for (const [part, operations] of Object.entries(LOOKS)) {
      for (const [name, run] of Object.entries(operations)) {
        asked.splice(0);
        // Rows that were made up cannot be read: what was asked is all that counts.
        await run(store).catch(() => undefined);
        const queries = asked.filter(({ sql }) => /^\s*(with|select|update|delete|insert)\b/i.test(sql));
        expect(queries.length, `${part}.${name} asked nothing`).toBeGreaterThan(0);
        for (const query of queries) statements.set(query.sql, { by: `${part}.${name}`, query });
      }
    }
    const all = [...statements.values()];
    const tables = await scansOf(
      engine,
      database,
      all.map(({ query }) => query),
    );
    const scans = all.flatMap(({ by, query }, index) =>
      (tables[index] ?? [])
        .map((table) => `${by} reads all of ${table}`)
        .filter((scan) => !COUNTED.includes(scan))
        .map((scan) => `${scan}: ${query.sql.slice(0, 300)}`),
    );
    expect(scans).toEqual([]);
  });

  test.runIf(engine === 'sqlite')('open requests of a person are not looked for among all', async () => {
    const database = await fresh();
    const asked: CompiledQuery[] = [];
    const store = await openStore(database.url, { onQuery: (query) => asked.push(query) });
    onTestFinished(() => store.close());
    await fillTables(engine, database, { rows: ROWS });
    asked.splice(0);
    await store.homes.requestedBy('x7', NOON, 20);
    const unfinished = asked.filter(({ sql }) => sql.includes("'pending'"));
    expect(unfinished).toHaveLength(1);
    const plans = await plansOf(engine, database, unfinished);
    expect(plans.join()).toContain('cancel_requests_open_of');
  });

  test('and a query that does is seen', async () => {
    const database = await fresh();
    await (await database.open()).ping();
    await fillTables(engine, database, { rows: ROWS });
    const query = { sql: `select id from cards where problem = 'none'`, parameters: [] };
    expect(await scansOf(engine, database, [query, query])).toEqual([['cards'], ['cards']]);
  });
});

test('every operation of the store is looked at', async () => {
  const store = await openStore('sqlite::memory:');
  onTestFinished(() => store.close());
  const missing = Object.entries(store).flatMap(([part, operations]) =>
    Object.keys(operations)
      .filter((name) => !(name in (LOOKS[part] ?? {})) && !BY_KEY[part]?.includes(name))
      .map((name) => `${part}.${name}`),
  );
  expect(missing).toEqual([]);
});

const PARTIAL = /_(open|open_of|one_open|wake|behind|changed|finished|number|unresolved|ended)$/;

type Statement = Pick<CompiledQuery, 'sql' | 'parameters'>;

/** How the database finds the rows of each of these statements. */
async function plansOf(
  engine: EngineName,
  database: TestDatabase,
  statements: readonly Statement[],
): Promise<string[]> {
  const explain = engine === 'sqlite' ? 'explain query plan' : 'explain';
  const marked = statements.flatMap((one) => [`select '#' as detail`, `${explain} ${inlined(one)}`]);
  const rows = explained.parse(await database.raw(...marked));
  return rows
    .map((row) => row['detail'] ?? row['QUERY PLAN'] ?? '')
    .join('\n')
    .split('#')
    .slice(1);
}

/** The tables that each of these statements reads as a whole. */
async function scansOf(
  engine: EngineName,
  database: TestDatabase,
  statements: readonly Statement[],
): Promise<string[][]> {
  // Not what a statement names for itself.
  const tables = new Set((await columnsOf(engine, database)).keys());
  const plans = await plansOf(engine, database, statements);
  return statements.map(({ sql }, index) => {
    const plan = plans[index] ?? '';
    // A partial index holds the few rows that are meant. A scan in the order of an index ends at its limit, unless the rows are
    // sorted first.
    const isBounded = (by: string): boolean =>
      PARTIAL.test(by) || (/\blimit\b/i.test(sql) && !plan.includes('TEMP B-TREE'));
    const scans = [...plan.matchAll(SCAN[engine])];
    return scans.flatMap(([, table = '', by]) => {
      if (by !== undefined && isBounded(by)) return [];
      return SMALL.includes(table) || !tables.has(table) ? [] : [table];
    });
  });
}

const SCAN = {
  // The greatest value of a column without an index is a "search" for SQLite, though it names none.
  sqlite: /(?:SCAN|SEARCH(?= \w+$)) (\w+)(?: USING (?:COVERING )?INDEX (\w+))?/gm,
  postgres: /Seq Scan on (\w+)/g,
};

function inlined({ sql, parameters }: Statement): string {
  let index = 0;
  const literal = (value: unknown): string =>
    typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value ?? null);
  return sql.replace(/\$(\d+)|\?/g, (_, number?: string) =>
    literal(parameters[number === undefined ? (index += 1) - 1 : Number(number) - 1]),
  );
}
