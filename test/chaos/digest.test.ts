/** Owns the digest of two replicas whose clocks disagree, of which one is killed or frozen at it: one digest each due time. */

import { afterEach, expect, test } from 'vitest';
import { seededRandom } from '../../fakes/instantpay/people.ts';
import { select } from './stored.ts';
import { type Replica, startReplica } from './replica.ts';
import { freshDatabases } from './server.ts';
import { report, size } from './size.ts';
import { openStage, read, type Stage, until } from './stage.ts';

const freshDatabase = freshDatabases();
let stage: Stage;
let replicas: Replica[] = [];
afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.kill()));
  await stage.close();
  replicas = [];
});

const SEED = Number(process.env['CHAOS_SEED'] ?? 20_261_120);
const DUE_TIMES = size(2, 80);
const MINUTE_MS = 60_000;
const PERIOD_MS = 12 * 60 * MINUTE_MS;
/** One minute behind and one ahead. */
const SHIFTS_MS = [-MINUTE_MS, MINUTE_MS];
/** Short, since PostgreSQL's own clock judges it; longer than any delay here. */
const LEASE_MS = 1_500;
const STEP_MS = 50;
const LIFE_MS = 1_300;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const posts = (): number => stage.slack.messages(stage.channels.digests).length;

/** Two replicas on one database, due at every twelfth full hour by their own clocks. */
async function openTwo() {
  stage = await openStage({ databaseUrl: await freshDatabase() });
  const { settings, channels } = stage;
  settings['DIGEST_CHANNEL'] = channels.digests.id;
  settings['DIGEST_CRON'] = '0 */12 * * *';
  settings['DIGEST_TIMEZONE'] = 'UTC';
  settings['LOG_LEVEL'] = 'warn';
  let passedMs = 0;
  const start = (index: number): Promise<Replica> =>
    startReplica({ settings, shiftMs: (SHIFTS_MS[index] ?? 0) + passedMs, digestLeaseMs: LEASE_MS });
  replicas = await Promise.all([start(0), start(1)]);
  // The schedule begins now: a clock that is moved before a replica knows it would begin it after the first due time.
  await Promise.all(replicas.map((replica) => replica.digests()));
  return {
    start,
    /** Lets time pass for all that run, and for those that are started later. */
    async skip(ms: number): Promise<void> {
      passedMs += ms;
      await Promise.all(replicas.map((replica) => replica.skip(ms)));
    },
    /** Until two minutes past the next due time, when even the clock that is behind has struck. */
    async nextDue(): Promise<void> {
      const now = Date.now() + passedMs;
      await this.skip(PERIOD_MS - (now % PERIOD_MS) + 2 * MINUTE_MS);
    },
    rows: (statement: string) => select(settings['DATABASE_URL'] ?? '', statement),
  };
}

type Two = Awaited<ReturnType<typeof openTwo>>;

/** Every replica goes on until nothing is left to do. */
async function settled(two: Two): Promise<void> {
  await until('every digest to be read and posted', 60_000, async () => {
    await two.skip(MINUTE_MS);
    await Promise.all(replicas.map((replica) => replica.digests().catch(() => {})));
    const [left] = await two.rows(
      `select (select count(*) from digest_runs where finished_at is null)
            + (select count(*) from digest_messages where finished_at is null)
            + (select count(*) from digest_strays) as amount`,
    );
    return Number(left?.['amount']) === 0;
  });
}

test(`${DUE_TIMES} due times, clocks two minutes apart, one of two replicas killed at each`, async () => {
  const two = await openTwo();
  const { slack, channels, toSlack, toInstantPay } = stage;
  const random = seededRandom(SEED);
  for (const way of [toSlack, toInstantPay]) {
    way.before = () => wait(random() * STEP_MS);
    way.after = () => wait(random() * STEP_MS);
  }
  const tally = { killedBeforeThePost: 0, killedAfterThePost: 0, finished: 0 };
  for (let due = 1; due <= DUE_TIMES; due += 1) {
    await two.nextDue();
    const before = posts();
    const victim = Math.floor(random() * 2);
    const runs = [1, 0].map(async (index) => {
      await wait(index === 1 ? 0 : random() * 100);
      await replicas[index]?.digests().catch(() => {});
    });
    await wait(random() * LIFE_MS);
    await replicas[victim]?.kill();
    const open = await two.rows(`select 1 from digest_messages where finished_at is null
      union all select 1 from digest_runs where finished_at is null`);
    if (open.length === 0) tally.finished += 1;
    else if (posts() > before) tally.killedAfterThePost += 1;
    else tally.killedBeforeThePost += 1;
    await Promise.all(runs);
    replicas[victim] = await two.start(victim);
    await settled(two);
    expect(posts() - before, `posts of digest ${due}`).toBe(1);
  }
  expect(
    slack
      .messages(channels.digests)
      .map(read)
      .filter((text) => !text.includes('EXPIRED')),
  ).toEqual([]);
  report('digests of two replicas', {
    'due times': DUE_TIMES,
    posts: posts(),
    'finished before the kill': tally.finished,
    'killed before the post': tally.killedBeforeThePost,
    'killed between the post and its record': tally.killedAfterThePost,
  });
}, 1_800_000);

const FREEZES = size(2, 20);

test(`${FREEZES} due times, a replica frozen beyond its lease while it posts: one digest stands`, async () => {
  const two = await openTwo();
  const { toSlack } = stage;
  const tally = { beforeSlackHadIt: 0, afterSlackHadIt: 0 };
  for (let due = 1; due <= FREEZES; due += 1) {
    await two.nextDue();
    const before = posts();
    const frozen = replicas[due % 2];
    const other = replicas[(due + 1) % 2];
    if (!frozen || !other) throw new Error('no replicas');
    // Alternately before Slack has the message, which then arrives late, and after, when only the answer is late.
    const late = due % 2 === 0;
    const reached = Promise.withResolvers<void>();
    const thawed = Promise.withResolvers<void>();
    let first = true;
    const freeze = async ({ path }: { path: string }): Promise<void> => {
      if (!first || !path.includes('chat.postMessage')) return;
      first = false;
      process.kill(frozen.pid, 'SIGSTOP');
      reached.resolve();
      await thawed.promise;
    };
    if (late) toSlack.before = freeze;
    else toSlack.after = freeze;
    const cut = frozen.digests();
    await reached.promise;
    await until('the other replica to have posted it', 60_000, async () => {
      await other.digests().catch(() => {});
      const [row] = await two.rows(
        `select ts from digest_messages where kind = 'digest' order by due_at desc limit 1`,
      );
      return typeof row?.['ts'] === 'string';
    });
    process.kill(frozen.pid, 'SIGCONT');
    thawed.resolve();
    await cut;
    toSlack.before = async () => {};
    toSlack.after = async () => {};
    await settled(two);
    expect(posts() - before, `posts of digest ${due}`).toBe(1);
    tally[late ? 'beforeSlackHadIt' : 'afterSlackHadIt'] += 1;
  }
  report('digests of a frozen replica', {
    'due times': FREEZES,
    'frozen before Slack had it': tally.beforeSlackHadIt,
    'frozen after Slack had it': tally.afterSlackHadIt,
  });
}, 1_800_000);

test.each([
  { awayMinutes: 5, reads: 'Payout digest ' },
  { awayMinutes: 90, reads: '1 digest not' },
])(
  'Slack away for $awayMinutes minutes at the due time, two replicas: one message',
  async (outage) => {
    const two = await openTwo();
    const { slack, channels } = stage;
    slack.faults.set('*', { kind: 'status', status: 503 });
    await two.nextDue();
    const work = () => Promise.all(replicas.map((replica) => replica.digests().catch(() => {})));
    await work();
    // Two minutes have passed since, by the clock between the two.
    for (let minute = 2; minute < outage.awayMinutes; minute += size(outage.awayMinutes / 5, 1)) {
      await two.skip(size(outage.awayMinutes / 5, 1) * MINUTE_MS);
      await work();
    }
    expect(posts()).toBe(0);
    slack.faults.clear();
    await until('the message to be posted', 60_000, async () => {
      await two.skip(MINUTE_MS / 2);
      await work();
      return posts() > 0;
    });
    await work();
    expect(slack.messages(channels.digests).map(({ text }) => text)).toEqual([
      expect.stringContaining(outage.reads),
    ]);
  },
  600_000,
);

test('a walk longer than its lease, two replicas: read once, posted once', async () => {
  const two = await openTwo();
  const { toInstantPay, instantpay } = stage;
  await two.nextDue();
  // Renewed every quarter of the lease by the clock of a process, judged by the one of PostgreSQL.
  let walking = 0;
  toInstantPay.before = async ({ path }) => {
    if (!path.endsWith('/list')) return;
    walking += 1;
    await wait(LEASE_MS * 2);
  };
  const [first, other] = replicas;
  const walk = first?.digests();
  await until('the walk to begin', 30_000, () => walking > 0);
  const walkers = setInterval(() => void other?.digests().catch(() => {}), LEASE_MS / 4);
  await walk;
  clearInterval(walkers);
  toInstantPay.before = () => {};
  await settled(two);
  expect(posts()).toBe(1);
  const runs = await two.rows('select attempts from digest_runs');
  expect(runs).toEqual([{ attempts: 1 }]);
  expect(instantpay.calls.filter(({ operation }) => operation === 'list').length).toBe(walking);
}, 600_000);
