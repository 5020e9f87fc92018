/** Owns what a month has to tell of single links: judged by what InstantPay was and was asked, not by what is stored. */

import { expect } from 'vitest';
import { HOUR_MS, istMinuteOfDay, MINUTE_MS } from '../../src/payouts/time.ts';
import { ASKED_FOR, ENDS, RETURNED } from '../../src/slack/views/watch-news.ts';
import { MAKER, SECOND } from '../payouts/setup.ts';
import { readable } from '../slack/shown.ts';
import {
  type Call,
  COOLDOWN_MS,
  type Look,
  type MonthLink,
  QUIET,
  REMIND_BEFORE_MS,
  type Stage,
  STUCK_AFTER_MS,
  TICK_MS,
} from './month-stage.ts';
import { tellingsOf } from './stuck-stage.ts';

/** How the direct message of a transaction's end begins. */
const WATCHED = 'You watched this transaction';
/** Those who watch. */
export const PEOPLE = [MAKER, SECOND] as const;

export interface Watch {
  userId: string;
  /** The link, or the transaction's reference. */
  about: string;
  since: number;
  /** Later, when the person watches it once more meanwhile. */
  until: number;
  once: boolean;
}

export const isInWindow = (at: number): boolean => {
  const minute = istMinuteOfDay(at);
  return minute >= 23 * 60 + 30 || minute < 30;
};

const isQuietAt = (at: number): boolean => {
  const minute = istMinuteOfDay(at);
  return minute >= QUIET.fromMinute || minute < QUIET.toMinute;
};

/** Which of REMIND_BEFORE counts at this moment; a link that was made later than that has no such step. */
function stepOf({ createdAt, expiresAt }: MonthLink, at: number): number | undefined {
  const step = REMIND_BEFORE_MS.findLast((before) => at >= expiresAt - before);
  return at >= expiresAt || step === undefined || createdAt > expiresAt - step ? undefined : step;
}

/** A direct message about what is watched. */
interface News {
  userId: string;
  about: string;
  kind: 'returned' | 'final' | 'answer' | 'over';
}

function newsOf({ channelId, message }: Stage['slack']['standing'][number]): News {
  const text = readable(message);
  const about = /\ba[0-9a-f]{23}\b|ORDER-\d{4}/.exec(text)?.[0];
  const isFinal = text.includes(WATCHED) || Object.values(ENDS).some((end) => text.includes(end));
  const kind = text.includes(RETURNED)
    ? 'returned'
    : text.includes(ASKED_FOR)
      ? 'answer'
      : text.includes('Watching ended')
        ? 'over'
        : isFinal
          ? 'final'
          : undefined;
  if (about === undefined || kind === undefined) throw new Error(`Expected news: ${text}`);
  return { userId: channelId.replace('D_', ''), about, kind };
}

/** What the watches of one person on one link had to tell, by what the looks were told. */
function expectedNews(watches: readonly Watch[], looks: readonly Look[]): News['kind'][] {
  const expected: News['kind'][] = [];
  let state: Look['status'];
  const pending = [...watches];
  let watch: Watch | undefined;
  for (const { at, status, begins } of looks) {
    const before = begins ? undefined : state;
    state = status ?? state;
    if (watch === undefined && pending[0] && pending[0].since <= at) watch = pending.shift();
    if (watch === undefined || begins) continue;
    const isEnd = status === 'CLAIMED' || status === 'CANCELLED' || status === 'EXPIRED';
    if (isEnd) expected.push('final');
    else if (before === 'PROCESSING' && status === 'ISSUED') expected.push('returned');
    else if (at >= watch.until) expected.push('over');
    else continue;
    if (expected.at(-1) !== 'returned') watch = undefined;
  }
  return expected;
}

/** Judges each tick, and more whenever all has been up for long. */
export function createJudge(stage: Stage, watches: readonly Watch[]) {
  const { slack, links, calls, store, looks, transactions, down } = stage;
  const seen = new Set<string>();
  const read = new Map<string, News>();
  /** Of each claim, the stages that were told. */
  const told = new Map<string, Set<string>>();
  /** Ticks in a row in which a reminder could have been sent, by link and step. */
  const chances = new Map<string, number>();
  const figures = { first: 0, again: 0, returned: 0, final: 0, answer: 0, over: 0, automatic: 0 };
  let callsSeen = 0;
  let upSince = stage.now();

  const claimOf = ({ linkId, claimedAt }: MonthLink): Set<string> => {
    const key = `${linkId} ${claimedAt}`;
    const stages = told.get(key) ?? new Set();
    told.set(key, stages);
    return stages;
  };

  const judgeStuck = (now: number): void => {
    for (const { ts, mark, message } of slack.standing) {
      if (seen.has(ts) || mark?.kind !== 'digest') continue;
      seen.add(ts);
      const all = [...links.values()];
      for (const telling of tellingsOf(message, all)) {
        const [which = '', number] = telling.split(' ');
        const link = all[Number(number) - 1];
        if (!link || (which !== 'first' && which !== 'again'))
          throw new Error(`${telling} is no link of ours`);
        const stages = claimOf(link);
        expect(
          stages.has(which) || stages.has('again'),
          `${link.linkId} ${which} is told a second time`,
        ).toBe(false);
        stages.add(which);
        figures[which] += 1;
        if (down.track) continue;
        expect(link.status, `${link.linkId} left before`).toBe('PROCESSING');
        const dueMs = (which === 'again' ? 3 : 1) * STUCK_AFTER_MS;
        expect(now - (link.claimedAt ?? 0), `${link.linkId} is told too early`).toBeGreaterThanOrEqual(dueMs);
      }
    }
    for (const link of links.values()) {
      const { status, claimedAt = 0, linkId } = link;
      // A claim that nobody saw is found by the next look at it, twice in each STUCK_AFTER.
      const lateMs = (claimedAt < upSince ? STUCK_AFTER_MS / 2 : 0) + 2 * TICK_MS;
      const isDue = (afterMs: number): boolean =>
        status === 'PROCESSING' && now - Math.max(claimedAt + afterMs, upSince) >= lateMs;
      if (isDue(STUCK_AFTER_MS)) expect(claimOf(link).size, `${linkId} was not told`).toBeGreaterThan(0);
      if (isDue(3 * STUCK_AFTER_MS))
        expect(claimOf(link).has('again'), `${linkId} was not told again`).toBe(true);
    }
  };

  const mayHaveArrived = ({ kind }: Call): boolean => kind === 'done' || kind === 'unknown';
  const coveredBy = (link: MonthLink, step: number, before = calls.length): Call | undefined =>
    calls
      .slice(0, before)
      .find(
        (call) =>
          call.link === link &&
          (call.isByHand
            ? mayHaveArrived(call) && call.at >= link.expiresAt - step - COOLDOWN_MS
            : call.kind !== 'not_sent' && stepOf(link, call.at) === step),
      );

  const judgeReminders = (now: number, isUp: boolean): void => {
    for (; callsSeen < calls.length; callsSeen += 1) {
      const call = calls[callsSeen];
      if (!call) break;
      const { link, at, isByHand } = call;
      const { linkId } = link;
      expect(link.status, `${linkId} is reminded`).toBe('ISSUED');
      const earlier = calls.slice(0, callsSeen).filter((one) => one.link === link);
      const last = earlier.findLast(mayHaveArrived);
      expect(at - (last?.at ?? -Infinity), `${linkId} is reminded too soon`).toBeGreaterThanOrEqual(
        COOLDOWN_MS,
      );
      if (isByHand) continue;
      figures.automatic += 1;
      const step = stepOf(link, at);
      if (step === undefined) throw new Error(`${linkId} is reminded at no step`);
      expect(isQuietAt(at), `${linkId} is reminded in the quiet hours`).toBe(false);
      expect(coveredBy(link, step, callsSeen), `${linkId} is reminded twice`).toBeUndefined();
      if (call.kind === 'not_sent') chances.delete(`${linkId} ${step}`);
    }
    for (const link of links.values()) {
      const step = stepOf(link, now);
      const key = `${link.linkId} ${step}`;
      if (step === undefined || link.status !== 'ISSUED' || isQuietAt(now) || !isUp) {
        chances.delete(key);
        continue;
      }
      const ticks = (chances.get(key) ?? 0) + 1;
      chances.set(key, ticks);
      // Two runs, and what is left of a cooldown.
      if (ticks > 12) expect(coveredBy(link, step), `${key} was not reminded`).toBeDefined();
    }
  };

  const judgeQueries = (): void => {
    for (const { ref, asked } of transactions.values()) {
      const looked = asked.filter(({ isAnswered }) => isAnswered);
      for (const [index, { at }] of looked.entries()) {
        expect(isInWindow(at), `${ref} is asked in the nightly window`).toBe(false);
        const gapMs = at - (looked[index - 1]?.at ?? -Infinity);
        expect(gapMs, `${ref} is asked too soon`).toBeGreaterThanOrEqual(4 * HOUR_MS);
      }
    }
  };

  /** All has been up for long enough to tell everything. */
  const judgeWatches = async (now: number): Promise<void> => {
    for (const one of slack.standing)
      if (one.mark?.kind === 'watch' && !read.has(one.ts)) read.set(one.ts, newsOf(one));
    const news = slack.standing.flatMap(({ ts }) => read.get(ts) ?? []);
    for (const kind of ['returned', 'final', 'answer', 'over'] as const)
      figures[kind] = news.filter((one) => one.kind === kind).length;
    for (const { userId } of PEOPLE) {
      const watched = await store.watches.watchedBy(userId);
      const active = new Set(
        watched.map(({ subject }) =>
          subject?.kind === 'link' ? subject.linkId : subject?.query.externalRef,
        ),
      );
      const own = watches.filter((watch) => watch.userId === userId);
      const toldOf = Map.groupBy(
        news.filter((one) => one.userId === userId),
        ({ about }) => about,
      );
      for (const [about, some] of Map.groupBy(own, (watch) => watch.about)) {
        const kinds = (toldOf.get(about) ?? []).map(({ kind }) => kind).sort();
        const said = `${userId} of ${about}`;
        const ends = kinds.filter((kind) => kind !== 'returned');
        expect(ends, `${said}: one end of each watch`).toHaveLength(
          some.length - (active.has(about) ? 1 : 0),
        );
        if (links.has(about)) {
          expect(kinds, said).toEqual(expectedNews(some, looks.get(about) ?? []).sort());
          const isOver = !['ISSUED', 'PROCESSING'].includes(links.get(about)?.status ?? '');
          const lastAt = looks.get(about)?.findLast(({ status }) => status !== undefined)?.at ?? now;
          // Nobody looks where nobody watches.
          if (active.has(about))
            expect(now - lastAt, `${said} is not looked at`).toBeLessThanOrEqual(HOUR_MS + TICK_MS);
          if (active.has(about) && isOver) expect(now - lastAt).toBeLessThanOrEqual(HOUR_MS);
          continue;
        }
        const [last] = some.slice(-1);
        const asked = transactions.get(about)?.asked.filter(({ isAnswered }) => isAnswered) ?? [];
        const isWaiting = asked.some(({ at }) => last && at < last.since && at > last.since - 4 * HOUR_MS);
        if (!last?.once || isWaiting || now - Math.max(last.since, upSince) < 140 * MINUTE_MS) continue;
        expect(active.has(about), `${said} was put off and not answered`).toBe(false);
      }
      for (const about of toldOf.keys()) expect(own.some((watch) => watch.about === about)).toBe(true);
    }
  };

  return {
    figures,
    tick(isUp: boolean): void {
      const now = stage.now();
      if (!isUp) upSince = now;
      judgeStuck(now);
      judgeReminders(now, isUp);
    },
    async settled(): Promise<void> {
      judgeQueries();
      await judgeWatches(stage.now());
    },
  };
}
