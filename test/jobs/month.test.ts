/**
 * Owns a month of daily digests on a driven clock: links move by a seeded script, while InstantPay and Slack fail at random
 * calls or are away for hours, replicas restart, run in pairs or not at all, and the zone leaves daylight saving.
 *
 * Each change between two digests that were posted is told by the next one, once; each due time has one digest or one notice;
 * nothing that was read in part is shown as a total.
 */

import { expect, test } from 'vitest';
import { z } from 'zod';
import { seededRandom } from '../../fakes/instantpay/people.ts';
import { createCalendar } from '../../src/payouts/subscriptions/calendar.ts';
import type { DigestJob } from '../../src/jobs/digest.ts';
import { Unavailable } from '../../src/errors.ts';
import { CHANGE_KINDS, type ChangeKind } from '../../src/payouts/digest/changes.ts';
import { KNOWN_STATUSES, type KnownStatus } from '../../src/payouts/links/link.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { CHANGE_WORDS } from '../../src/slack/views/digest-changes.ts';
import { isFull, size } from '../chaos/size.ts';
import type { Walk } from '../fakes/gateway.ts';
import { page, record, tracked } from '../payouts/setup.ts';
import { type EngineName, ENGINES } from '../store/engines.ts';
import { openDigestStage } from './digest-stage.ts';

/** On PostgreSQL a day takes ten times as long as on SQLite. Of the small size, the days of one list play each fault. */
const SIZES = {
  sqlite: { days: size(12, 365), seeds: size(1, 15) },
  postgres: { days: size(4, 120), seeds: size(1, 2) },
};
const SEED = Number(process.env['CHAOS_SEED'] ?? 20_261_020);
/** Digests of a zone that leaves daylight saving on 1 November 2026. */
const SCHEDULE = { cron: '0 10 * * *', timezone: 'America/New_York' };
const START = Date.parse('2026-10-28T00:00:00Z');
const RECORDS_A_PAGE = 10;

const row = z.object({ id: z.string(), due_at: z.string(), kind: z.string(), ts: z.string().nullable() });

type Random = () => number;

interface Link {
  status: KnownStatus;
  createdAt: number;
}

const MOVES: Partial<Record<KnownStatus, readonly KnownStatus[]>> = {
  ISSUED: ['PROCESSING', 'PROCESSING', 'CLAIMED', 'EXPIRED', 'CANCELLED'],
  PROCESSING: ['ISSUED', 'CLAIMED', 'CLAIMED'],
};

const pick = <Value>(values: readonly Value[], random: Random): Value | undefined =>
  values[Math.floor(random() * values.length)];

/** The links of InstantPay, and what of them was told last. */
function createWorld(random: Random, statuses: readonly KnownStatus[]) {
  const links = new Map<string, Link>();
  /** As the last whole walk read them. */
  let read = new Map<string, KnownStatus>();
  let told: Map<string, KnownStatus> | undefined;
  const isOpen = (status: KnownStatus | undefined): boolean => status === 'ISSUED' || status === 'PROCESSING';

  return {
    links,
    move(now: number): void {
      for (let times = Math.floor(random() * 6); times > 0; times -= 1) {
        const linkId = links.size.toString(16).padStart(24, '0');
        links.set(linkId, { status: 'ISSUED', createdAt: now });
      }
      const open = [...links.values()].filter(({ status }) => isOpen(status));
      for (let times = Math.floor(random() * 8); times > 0; times -= 1) {
        const link = pick(open, random);
        const next = link && pick(MOVES[link.status] ?? [], random);
        if (link && next) link.status = next;
      }
    },
    wasRead(): void {
      read = new Map([...links].map(([linkId, { status }]) => [linkId, status]));
    },
    /** A digest was posted: returns what it has to say, by kind; undefined for the first one. */
    posted(): Partial<Record<ChangeKind, number>> | undefined {
      const before = told;
      told = read;
      if (before === undefined) return undefined;
      const changed: Partial<Record<ChangeKind, number>> = {};
      for (const [linkId, status] of read) {
        // A link that was created and has ended in between is in no list but that of its status.
        const isSeen = isOpen(status) || before.has(linkId) || statuses.includes(status);
        const kind = isSeen && changeOf(before.get(linkId), status);
        if (kind) changed[kind] = (changed[kind] ?? 0) + 1;
      }
      return changed;
    },
  };
}

/** What a person would call it; undefined for no change. */
function changeOf(before: KnownStatus | undefined, after: KnownStatus): ChangeKind | undefined {
  if (before === after) return undefined;
  if (after === 'ISSUED') return before === undefined ? 'new' : 'returned';
  if (after === 'PROCESSING') return before === undefined ? 'new' : 'processing';
  return after === 'CLAIMED' ? 'claimed' : after === 'EXPIRED' ? 'expired' : 'cancelled';
}

/** By kind, how many changes this message tells. */
function toldBy(text: string): Partial<Record<ChangeKind, number>> {
  const told: Partial<Record<ChangeKind, number>> = {};
  for (const kind of CHANGE_KINDS) {
    const found = new RegExp(String.raw`(?<=[:,] )([\d,]+) ${CHANGE_WORDS[kind]}(?=[,.( ]|$)`).exec(
      text,
    )?.[1];
    if (found !== undefined) told[kind] = Number(found.replace(',', ''));
  }
  return told;
}

const FAULTS = [
  'none',
  'a page fails',
  'pages fail',
  'InstantPay is away',
  'Slack refuses',
  'an answer of Slack is lost',
  'every call of Slack fails once',
  'Slack is away',
  'nobody runs',
  'two replicas',
  'a restart',
] as const;
type Fault = (typeof FAULTS)[number];

async function openMonth({ seed, statuses, engine }: Month) {
  const random = seededRandom(seed);
  const stage = await openDigestStage({ schedule: { ...SCHEDULE, statuses }, startAt: START, engine });
  const { deps, slack, replica } = stage;
  Object.assign(deps.settings, { stuckAfterMs: 10_000 * DAY_MS, expiringWithinMs: 1 });
  const world = createWorld(random, statuses);
  /** How many walks fail from now on, each at a page of its own. */
  let failing = 0;
  deps.gateway.script.links = ({ statuses: wanted = [] }): Walk => {
    const listed = [...world.links].filter(([, { status }]) => wanted.includes(status));
    const records = listed.map(([linkId, { status, createdAt }]) =>
      record({ linkId, status, createdAt, expiresAt: createdAt + 300 * DAY_MS }),
    );
    const pages: Walk['pages'] = [];
    for (let from = 0; from < records.length; from += RECORDS_A_PAGE) {
      pages.push(page(records.slice(from, from + RECORDS_A_PAGE)));
    }
    const end = { complete: true, reason: undefined, pagesRead: pages.length, recordsRead: records.length };
    if (failing === 0) {
      world.wasRead();
      return { pages, end };
    }
    failing -= 1;
    const at = Math.floor(random() * (pages.length + 1));
    if (random() < 0.5) pages.splice(at, Infinity, new Unavailable('Page failed.'));
    return { pages, end: { ...end, complete: false, reason: `Page ${at + 1} failed.` } };
  };
  deps.gateway.script.track = (linkId) => tracked({ status: world.links.get(linkId)?.status ?? 'ISSUED' });
  deps.gateway.script.page = ({ filter }) => page([record({ linkId: filter.linkId ?? '' })]);

  let replicas: DigestJob[] = [stage.job];
  const set: Record<Fault, () => void> = {
    none: () => {},
    'a page fails': () => (failing = 1),
    'pages fail': () => (failing = 4),
    'InstantPay is away': () => (failing = Infinity),
    'Slack refuses': () => stage.away('is_archived'),
    'an answer of Slack is lost': () => slack.failOnce('after', new SlackFailure('unreachable'), 'message'),
    'every call of Slack fails once': () => {
      const failed = new Set<string>();
      slack.before = (call) => {
        // A look-up that fails is no rejection, but an answer that is not known.
        if (failed.has(call) || call === 'findOwn') return;
        failed.add(call);
        throw new SlackFailure('fatal_error');
      };
    },
    'Slack is away': () => stage.away('unreachable', ['message', 'update', 'remove']),
    'nobody runs': () => (replicas = []),
    'two replicas': () => (replicas = [replica(), replica()]),
    'a restart': () => (replicas = [replica()]),
  };
  const mend = (): void => {
    failing = 0;
    stage.back();
    slack.after = () => {};
    if (replicas.length === 0) replicas = [replica()];
  };
  return {
    ...stage,
    world,
    random,
    set: (fault: Fault) => set[fault](),
    mend,
    messages: async () =>
      z.array(row).parse(await stage.raw('select id, due_at, kind, ts from digest_messages')),
    /** Time passes for every replica that runs; they look at the same moment. */
    async go(until: number, stepMs: number): Promise<void> {
      while (deps.time.now < until) {
        await stage.reach(Math.min(deps.time.now + stepMs, until));
        await Promise.all(replicas.map((job) => job.work()));
      }
    },
  };
}

interface Month {
  engine: EngineName;
  seed: number;
  statuses: readonly KnownStatus[];
}

/** What ends leaves this list, and is looked up. */
const OVER_OR_CLAIMED = ['EXPIRED', 'PROCESSING'] as const;

const MONTHS: Month[] = ENGINES.flatMap((engine) =>
  Array.from({ length: SIZES[engine].seeds }, (_, index) => SEED + index).flatMap((seed) => [
    { engine, seed, statuses: KNOWN_STATUSES },
    ...(engine === 'sqlite' || isFull ? [{ engine, seed, statuses: OVER_OR_CLAIMED }] : []),
  ]),
);

/** Each fault once before any comes again, in an order of the seed. */
function* faults(random: Random): Generator<Fault, never> {
  for (;;)
    yield* FAULTS.map((fault) => ({ fault, at: random() }))
      .sort((one, other) => one.at - other.at)
      .map(({ fault }) => fault);
}

test.each(MONTHS)(
  'a month of digests of $statuses on $engine tells each change once (seed $seed)',
  { timeout: 60 * MINUTE_MS },
  async (given) => {
    const month = await openMonth(given);
    const { days } = SIZES[given.engine];
    const { world, random, deps, slack } = month;
    const calendar = createCalendar(SCHEDULE.cron, SCHEDULE.timezone);
    const played: Fault[] = [];
    const next = faults(random);
    let seen = 0;
    let changes = 0;
    // As last seen: what is told for long is pruned.
    const messages = new Map<string, Awaited<ReturnType<typeof month.messages>>[number]>();
    const judge = async (): Promise<void> => {
      for (const one of await month.messages()) messages.set(one.id, one);
      for (const { message, mark } of slack.standing.slice(seen)) {
        seen += 1;
        const { text } = message;
        const kind = messages.get(mark?.id ?? '')?.kind;
        if (kind !== 'digest') {
          expect(['incomplete', 'missed', 'paused']).toContain(kind);
          expect(text, 'nothing that was read in part is shown').not.toContain('₹');
          continue;
        }
        const expected = world.posted();
        for (const amount of Object.values(expected ?? {})) changes += amount;
        if (expected)
          expect(toldBy(text), `day ${played.length}, ${played.at(-1)}: ${text}`).toEqual(expected);
      }
    };
    for (let day = 0; day < days; day += 1) {
      const dueAt = calendar.next(deps.time.now) ?? 0;
      world.move(deps.time.now);
      await month.go(dueAt - MINUTE_MS, 6 * HOUR_MS);
      const fault = day === 0 ? 'none' : next.next().value;
      played.push(fault);
      month.set(fault);
      await month.go(dueAt + 3 * MINUTE_MS, 30_000);
      await judge();
      // What moves while a digest waits is told by the next one, or by this one when it reads the list again.
      world.move(deps.time.now);
      const isLong = random() < 0.5;
      await month.go(dueAt + (isLong ? 3 * HOUR_MS : 20 * MINUTE_MS), 5 * MINUTE_MS);
      await judge();
      month.mend();
      await month.go(dueAt + 5 * HOUR_MS, 10 * MINUTE_MS);
      await judge();
    }
    // Every due time has one digest or one notice.
    const dueTimes = calendar.between(START - MINUTE_MS, deps.time.now, days + 1);
    expect(dueTimes).toHaveLength(days);
    const last = [...messages.values()].filter(
      ({ kind, ts }) => (kind === 'digest' || kind === 'missed') && ts !== null,
    );
    const perDue = Map.groupBy(last, ({ due_at }) => Date.parse(due_at));
    for (const [index, dueAt] of dueTimes.entries()) {
      const kinds = (perDue.get(dueAt) ?? []).map(({ kind }) => kind);
      expect(kinds, `${played[index]} on day ${index}`).toHaveLength(1);
      if (played[index] === 'none') expect(kinds).toEqual(['digest']);
    }
    expect(last).toHaveLength(days);
    // Not vacuous: much moved, and much went wrong.
    expect(changes).toBeGreaterThan(days > 9 ? 3 * days : 3);
    expect(new Set(played).size).toBeGreaterThanOrEqual(Math.min(days - 1, FAULTS.length));
  },
);
