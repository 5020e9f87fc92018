/**
 * Owns a month of everything that tells of single links, on a driven clock: stuck links and their escalation, watches, automatic
 * reminders, and checks put off over the nightly window, while each part fails in turn and replicas come and go.
 *
 * Whatever is told is told once and not too early; what is due is told soon after all is up again.
 */

import { expect, test } from 'vitest';
import { pick } from '../../fakes/instantpay/people.ts';
import { isPayoutDeskError } from '../../src/errors.ts';
import { remind } from '../../src/payouts/links/remind.ts';
import { DAY_MS, HOUR_MS, istDay, MINUTE_MS } from '../../src/payouts/time.ts';
import { askLater, watchLink, watchTransaction } from '../../src/payouts/watches/start.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { report, size } from '../chaos/size.ts';
import { databases, type EngineName, ENGINES } from '../store/engines.ts';
import { createJudge, isInWindow, PEOPLE, type Watch } from './month-judge.ts';
import { type MonthLink, openMonthStage, type Stage, TICK_MS } from './month-stage.ts';

const SIZES = {
  sqlite: { days: size(2, 30), seeds: size(1, 10) },
  postgres: { days: size(0.5, 15), seeds: size(1, 3) },
};
const SEED = Number(process.env['CHAOS_SEED'] ?? 20_261_118);
const fresh = { sqlite: databases('sqlite'), postgres: databases('postgres') };

const FAULTS = [
  'the list is away',
  'pages fail',
  'tracking is away',
  'InstantPay is away',
  'Slack is away',
  'Slack limits the rate',
  'an answer of Slack is lost',
  'every call of Slack fails once',
  'killed before a post',
  'killed after a post',
  'nobody runs',
  'two replicas',
  'a restart',
] as const;
type Fault = (typeof FAULTS)[number];

/** With these everything is told as soon as ever. */
const HARMLESS: readonly Fault[] = ['two replicas', 'a restart'];

/** Replicas that work, tick by tick; one of them may be killed in the middle of a call. */
function createReplicas(stage: Stage) {
  const { slack, down, pages } = stage;
  let replicas = [stage.replica()];
  let killed = Promise.withResolvers<void>();
  const clear = (): void => {
    Object.assign(down, { list: false, track: false, transaction: false });
    pages.fail = false;
    slack.before = () => {};
    slack.after = () => {};
    slack.showsHistory = true;
    if (replicas.length !== 1) replicas = [stage.replica()];
  };
  const away = (failure: SlackFailure): void => {
    slack.showsHistory = false;
    slack.before = (call) => {
      if (call !== 'findOwn') throw failure;
    };
  };
  const kill = (when: 'before' | 'after'): void => {
    slack[when] = (call) => {
      if (call !== 'message') return undefined;
      slack[when] = () => {};
      killed.resolve();
      // That process never hears of anything again.
      return new Promise<void>(() => {});
    };
  };
  const set: Record<Fault, () => void> = {
    'the list is away': () => (down.list = true),
    'pages fail': () => (pages.fail = true),
    'tracking is away': () => (down.track = true),
    'InstantPay is away': () => Object.assign(down, { list: true, track: true, transaction: true }),
    'Slack is away': () => away(new SlackFailure('unreachable')),
    'Slack limits the rate': () => away(new SlackFailure('ratelimited', 30_000)),
    'an answer of Slack is lost': () => slack.failOnce('after', new SlackFailure('unreachable'), 'message'),
    'every call of Slack fails once': () => {
      const failed = new Set<string>();
      slack.before = (call) => {
        if (failed.has(call) || call === 'findOwn') return;
        failed.add(call);
        throw new SlackFailure('fatal_error');
      };
    },
    'killed before a post': () => kill('before'),
    'killed after a post': () => kill('after'),
    'nobody runs': () => (replicas = []),
    'two replicas': () => (replicas = [stage.replica(), stage.replica()]),
    'a restart': () => (replicas = [stage.replica()]),
  };
  return {
    begin: (fault: Fault) => set[fault](),
    clear,
    async work(): Promise<void> {
      const all = Promise.all(replicas.map((work) => work()));
      const outcome = await Promise.race([all, killed.promise.then(() => 'killed' as const)]);
      if (outcome !== 'killed') return;
      killed = Promise.withResolvers<void>();
      replicas = [stage.replica()];
    },
  };
}

/** What people do, and what becomes of links and transactions. */
function createLife(stage: Stage) {
  const { random, links, transactions, deps } = stage;
  /** How each watch began. */
  const watches: Watch[] = [];
  const chance = (probability: number): boolean => random() < probability;
  const mostly = async (act: Promise<unknown>): Promise<void> => {
    await act.catch((error: unknown) => {
      if (!isPayoutDeskError(error)) throw error;
    });
  };
  const open = (): MonthLink[] =>
    [...links.values()].filter(({ status }) => status === 'ISSUED' || status === 'PROCESSING');

  const move = (now: number): void => {
    if (chance(0.12)) {
      const index = links.size + 1;
      const linkId = `a${index.toString(16).padStart(23, '0')}`;
      const expiresAt = now + Math.ceil(4 + random() * 40) * HOUR_MS;
      const amountPaise = (100 + index) * 100;
      links.set(linkId, {
        linkId,
        status: 'ISSUED',
        amountPaise,
        createdAt: now,
        expiresAt,
        claimedAt: undefined,
      });
    }
    for (const link of open()) {
      if (link.status === 'ISSUED') {
        if (link.expiresAt <= now) link.status = 'EXPIRED';
        else if (chance(0.012)) Object.assign(link, { status: 'PROCESSING', claimedAt: now });
        else if (chance(0.001)) link.status = 'CANCELLED';
      } else if (chance(/[5a]$/.test(link.linkId) ? 0.003 : 0.07)) {
        link.status = chance(0.5) ? 'CLAIMED' : 'ISSUED';
      }
    }
  };

  const newTransaction = (now: number): string => {
    const ref = `ORDER-${String(transactions.size + 1).padStart(4, '0')}`;
    const settlesAt = now + Math.floor(random() * 20 * HOUR_MS);
    transactions.set(ref, {
      ref,
      date: istDay(now),
      settlesAt,
      outcome: chance(0.7) ? 'successful' : 'failed',
      asked: [],
    });
    return ref;
  };

  const act = async (now: number): Promise<void> => {
    const person = pick(PEOPLE, random);
    const some = open();
    const began = (about: string, once: boolean) => (watch: { kind: string; until?: number }) => {
      const { kind, until = now } = watch;
      const own = watches.findLast((one) => one.userId === person.userId && one.about === about);
      if (kind === 'started') watches.push({ userId: person.userId, about, since: now, until, once });
      else if (kind === 'already' && own) Object.assign(own, { until, once: own.once && once });
    };
    if (some.length > 0 && chance(0.2)) {
      const { linkId, status } = pick(some, random);
      const subject = { kind: 'link', linkId } as const;
      const others = await Promise.all(
        PEOPLE.map((one) => stage.store.watches.isWatching(subject, one.userId)),
      );
      const before = watches.length;
      await mostly(watchLink(deps, person, linkId).then(began(linkId, false)));
      if (watches.length > before && !others.includes(true))
        stage.looked(linkId, { at: now, status, begins: true });
    }
    if (some.length > 0 && chance(0.05)) {
      stage.hand.isReminding = true;
      await mostly(remind(deps, person, pick(some, random).linkId));
      stage.hand.isReminding = false;
    }
    const isNight = isInWindow(now);
    if (chance(isNight ? 0.6 : 0.02)) {
      const known = [...transactions.keys()];
      const externalRef = known.length > 0 && chance(0.3) ? pick(known, random) : newTransaction(now);
      const query = { externalRef, date: transactions.get(externalRef)?.date ?? '', aeps: false };
      const watch = isNight ? askLater(deps, person, query) : watchTransaction(deps, person, query);
      await mostly(watch.then(began(externalRef, isNight)));
    }
  };
  return { watches, move, act };
}

const MONTHS = ENGINES.flatMap((engine: EngineName) =>
  Array.from({ length: SIZES[engine].seeds }, (_, index) => ({ engine, seed: SEED + index })),
);

test.each(MONTHS)(
  'stuck links, watches, reminders and nightly checks on $engine: each told once (seed $seed)',
  { timeout: 60 * MINUTE_MS },
  async ({ engine, seed }) => {
    const stage = await openMonthStage(await fresh[engine](), seed);
    const { random } = stage;
    const { days } = SIZES[engine];
    const replicas = createReplicas(stage);
    const life = createLife(stage);
    const judge = createJudge(stage, life.watches);
    const played: Fault[] = [];
    const until = stage.now() + days * DAY_MS;
    const pass = async (ticks: number, isUp: boolean): Promise<void> => {
      for (let tick = 0; tick < ticks; tick += 1) {
        const now = stage.now() + TICK_MS;
        await stage.reach(now);
        life.move(now);
        await life.act(now);
        await replicas.work();
        judge.tick(isUp);
      }
    };
    let left: Fault[] = [];
    while (stage.now() < until) {
      // Each fault once before any comes again.
      if (left.length === 0) left = [...FAULTS];
      const [fault = 'a restart'] = left.splice(Math.floor(random() * left.length), 1);
      played.push(fault);
      replicas.begin(fault);
      await pass(2 + Math.floor(random() * size(10, 28)), HARMLESS.includes(fault));
      replicas.clear();
      await pass(9 + Math.floor(random() * size(4, 12)), true);
      await judge.settled();
    }
    report(`month of links on ${engine}`, { seed, ...judge.figures });
    // Not vacuous: all of it happened.
    if (days >= 2)
      expect(Math.min(...Object.values(judge.figures)), JSON.stringify(judge.figures)).toBeGreaterThan(0);
    if (days >= 2) expect(new Set(played).size).toBe(FAULTS.length);
    expect(judge.figures.automatic + judge.figures.final).toBeGreaterThan(0);
  },
);
