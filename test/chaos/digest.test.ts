/** Owns the digest of two replicas whose clocks disagree and of which one is killed at it: one digest each due time. */

import { afterEach, expect, test } from 'vitest';
import { seededRandom } from '../../demo/instantpay/people.ts';
import { select } from './records.ts';
import { type Replica, startReplica } from './replica.ts';
import { freshDatabases } from './server.ts';
import { report, size } from './size.ts';
import { openStage, read, type Stage } from './stage.ts';

const freshDatabase = freshDatabases();
let stage: Stage;
let replicas: Replica[] = [];
afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.kill()));
  await stage.close();
});

const SEED = Number(process.env['CHAOS_SEED'] ?? 20_261_120);
const DUE_TIMES = size(3, 80);
const MINUTE_MS = 60_000;
/** One minute behind and one ahead. */
const SHIFTS_MS = [-MINUTE_MS, MINUTE_MS];
/** Past the lease of ten minutes that a dead desk leaves behind. */
const LATER_MS = 11 * MINUTE_MS;
const STEP_MS = 50;
const LIFE_MS = 1_300;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test(`${DUE_TIMES} due times, clocks two minutes apart, one of two replicas killed at each`, async () => {
  stage = await openStage({ databaseUrl: await freshDatabase() });
  const { slack, channels, settings, toSlack, toInstantPay } = stage;
  settings['DIGEST_CHANNEL'] = channels.digests.id;
  // Due when the test says so.
  settings['DIGEST_CRON'] = '0 0 1 1 *';
  settings['LOG_LEVEL'] = 'warn';
  const random = seededRandom(SEED);
  let passedMs = 0;
  const start = (index: number): Promise<Replica> =>
    startReplica({ settings, shiftMs: (SHIFTS_MS[index] ?? 0) + passedMs });
  replicas = await Promise.all([start(0), start(1)]);
  for (const way of [toSlack, toInstantPay]) {
    way.before = () => wait(random() * STEP_MS);
    way.after = () => wait(random() * STEP_MS);
  }
  const posts = (): number => slack.messages(channels.digests).length;
  const tally = { attemptsAfterADeath: 0, killedBeforeThePost: 0, killedAfterThePost: 0 };

  for (let due = 1; due <= DUE_TIMES; due += 1) {
    const dueAt = Date.now() + passedMs;
    const before = posts();
    const victim = Math.floor(random() * 2);
    // It is due first where the clock is ahead; here also at nearly the same moment, which is harder.
    const runs = [1, 0].map(async (index) => {
      await wait(index === 1 ? 0 : random() * 100);
      await replicas[index]?.digest(dueAt).catch(() => {});
    });
    await wait(random() * LIFE_MS);
    await replicas[victim]?.kill();
    const [row] = await select(
      settings['DATABASE_URL'] ?? '',
      `select attempt, finished_at from digest_runs order by due_at desc limit 1`,
    );
    if (row?.['finished_at'] === null) {
      if (posts() > before) tally.killedAfterThePost += 1;
      else tally.killedBeforeThePost += 1;
    }
    await Promise.all(runs);
    replicas[victim] = await start(victim);
    for (let round = 0; round < 2; round += 1) {
      passedMs += LATER_MS;
      await Promise.all(replicas.map((replica) => replica.skip(LATER_MS)));
      await Promise.all(replicas.map((replica) => replica.retryDigests().catch(() => {})));
    }
    const [after] = await select(
      settings['DATABASE_URL'] ?? '',
      `select attempt, finished_at from digest_runs order by due_at desc limit 1`,
    );
    expect(after?.['finished_at'], `digest ${due} is finished`).not.toBeNull();
    if (Number(after?.['attempt']) > 1) tally.attemptsAfterADeath += 1;
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
    'killed before the post': tally.killedBeforeThePost,
    'killed between the post and its record': tally.killedAfterThePost,
    'taken over by another life': tally.attemptsAfterADeath,
  });
}, 1_800_000);
