/** Owns the digests of many channels: each due time is posted once, skipped or told, whatever is changed, paused or refused meanwhile. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CLAIM_LOST } from '../../src/jobs/digest-read.ts';
import { createCalendar } from '../../src/payouts/subscriptions/calendar.ts';
import {
  changeSubscription,
  pauseSubscription,
  removeSubscription,
  resumeSubscription,
} from '../../src/payouts/subscriptions/subscribe.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { subscription } from '../payouts/subscriptions/samples.ts';
import { CHANNEL, DIGEST, LEASE_MS, openDigestStage, TEN, type StageOptions } from './digest-stage.ts';

const ADMIN = { userId: 'U_ADMIN' };
const open = (options: StageOptions = {}) =>
  openDigestStage({ administrators: ['U_ADMIN', 'U_BOSS'], ...options });

describe('several schedules', () => {
  test('each in its channel, with its statuses', async () => {
    const { job, subscriptions, slack, to, deps } = await open();
    await subscriptions.create(
      subscription({ id: 's2', channelId: 'C_OTHER', statuses: ['PROCESSING'] }),
      [],
    );
    await subscriptions.create(subscription({ id: 's3', channelId: 'C_LATE', cron: '0 11 * * *' }), []);
    to(TEN);
    await job.work();
    await job.work();
    expect(slack.standing.map(({ channelId }) => channelId)).toEqual([CHANNEL, 'C_OTHER']);
    expect(deps.gateway.calls.links).toEqual([
      { statuses: ['EXPIRED', 'ISSUED', 'PROCESSING'] },
      { statuses: ['PROCESSING', 'ISSUED'] },
    ]);
    to(TEN + HOUR_MS);
    await job.work();
    expect(slack.standing.map(({ channelId }) => channelId)).toEqual([CHANNEL, 'C_OTHER', 'C_LATE']);
  });

  test('one that cannot be read holds no other up', async () => {
    const { job, subscriptions, texts, to, logged, raw } = await open();
    await subscriptions.create(subscription({ id: 's2', channelId: 'C_OTHER' }), []);
    await raw(`update digest_subscriptions set cron = 'never' where id = 's2'`);
    to(TEN);
    await job.work();
    expect(texts()).toEqual([expect.stringMatching(DIGEST)]);
    expect(logged('digest schedule not readable')).toMatchObject([{ level: 'error' }]);
  });

  test('fifty at one due time, on two replicas: each once; a tick at which none is due asks nobody', async () => {
    const { job, replica, subscriptions, digests, slack, to } = await open({ startAt: TEN - 20_000 });
    for (let index = 2; index <= 50; index += 1)
      await subscriptions.create(subscription({ id: `s${index}`, channelId: `C_${index}` }), []);
    const other = replica();
    to(TEN - 15_000);
    await other.due();
    // The first replica learned before the others were there: at the latest half a minute later it knows them.
    to(TEN + 15_000);
    await Promise.all([job.work(), other.work()]);
    await Promise.all([job.work(), other.work()]);
    const channels = slack.standing.map(({ channelId }) => channelId);
    expect(new Set(channels).size).toBe(50);
    expect(channels).toHaveLength(50);
    subscriptions.all = () => Promise.reject(new Error('asked'));
    digests.account = () => Promise.reject(new Error('asked'));
    to(TEN + 20_000);
    await Promise.all([job.due(), other.due()]);
  });
});

test('each schedule is read in a turn of its own', async () => {
  const { replica, subscriptions, deps } = await open();
  for (let index = 2; index <= 50; index += 1)
    await subscriptions.create(subscription({ id: `s${index}`, channelId: `C_${index}` }), []);
  let turns = 0;
  deps.turn = async () => void (turns += 1);
  await replica().due();
  expect(turns).toBe(50);
});

describe('what another replica stored', () => {
  test('is followed within a minute, and what was due meanwhile is not lost', async () => {
    const { job, subscriptions, texts, to } = await open({ schedule: { cron: '0 23 * * *' } });
    await subscriptions.create(subscription({ id: 's2', cron: '1 10 * * *', markAt: TEN }), []);
    to(TEN + MINUTE_MS);
    await job.work();
    expect(texts()).toHaveLength(1);
  });

  test('as it is when the list is read: another channel, other statuses', async () => {
    const { job, digests, subscriptions, slack, to, deps } = await open();
    to(TEN);
    const known = subscription();
    await digests.account(known, TEN, { run: TEN, skipped: [], messages: [] });
    const moved = { ...known, markAt: TEN };
    await subscriptions.save(moved, { ...moved, version: 2, statuses: ['CLAIMED'] }, { audit: [] });
    await job.work();
    expect(slack.standing).toHaveLength(1);
    expect(deps.gateway.calls.links).toEqual([{ statuses: ['CLAIMED', 'ISSUED', 'PROCESSING'] }]);
  });

  test('a removal: the walk that is under way posts nothing', async () => {
    const stage = await open();
    const walking = Promise.withResolvers<void>();
    const list = stage.deps.gateway.script.links;
    stage.deps.gateway.script.links = async () => {
      await removeSubscription(stage.deps, ADMIN, 's1');
      walking.resolve();
      return typeof list === 'function' ? list({ statuses: [] }) : Promise.reject(new Error('no list'));
    };
    stage.to(TEN);
    await stage.job.work();
    await walking.promise;
    await stage.pass(DAY_MS, HOUR_MS);
    expect(stage.texts()).toEqual([]);
    expect(stage.logged(CLAIM_LOST)).toHaveLength(1);
  });
});

describe('days that are skipped', () => {
  const SUNDAYS = { weekdays: new Set(['sun'] as const), dates: new Set<string>() };

  test('post nothing and are not missed; the next digest says so, once', async () => {
    const { job, texts, to, outcomes } = await open({ settings: { digestSkip: SUNDAYS } });
    // Friday to Tuesday.
    for (let day = 0; day <= 4; day += 1) {
      to(TEN + day * DAY_MS);
      await job.work();
    }
    expect(texts()).toHaveLength(4);
    expect(outcomes).toEqual([1, 2, 3, 4].map(() => ['complete', 1]));
  });

  test('are told also when nobody ran on the day after', async () => {
    const { replica, raw, to, outcomes } = await open({ settings: { digestSkip: SUNDAYS } });
    to(TEN + 3 * DAY_MS);
    await replica().work();
    // Friday and Saturday were missed; Sunday was not.
    expect(outcomes).toEqual([
      ['skipped', 2],
      ['complete', 1],
    ]);
    expect(await raw('select skipped from digest_runs')).toEqual([
      { skipped: JSON.stringify([TEN + 2 * DAY_MS]) },
    ]);
  });
});

describe('a channel that Slack refuses', () => {
  test.each([
    ['is_archived', 'channel_archived'],
    ['channel_not_found', 'channel_gone'],
    ['not_in_channel', 'not_in_channel'],
  ])('%s: paused, each administrator told once, nothing tried again', async (code, why) => {
    const { job, replica, subscriptions, slack, pass, outcomes, logged, deps } = await open();
    slack.before = (call, channelId) => {
      if (call === 'message' && channelId === CHANNEL) throw new SlackFailure(code);
    };
    deps.time.now = TEN;
    await Promise.all([job.work(), replica().work()]);
    await pass(3 * HOUR_MS, 10 * MINUTE_MS);
    expect(slack.standing.map(({ channelId }) => channelId)).toEqual(['D_U_ADMIN', 'D_U_BOSS']);
    expect(slack.standing[0]?.message.text).toContain('1 digest paused');
    expect(await subscriptions.find('s1')).toMatchObject({ paused: { why, at: TEN }, skipped: [TEN] });
    expect(outcomes).toEqual([['failed', 1]]);
    expect(logged('digest paused')).toMatchObject([{ level: 'error', code }]);
  });

  test('resumed: posted again when it is next due, with what was skipped', async () => {
    const { job, slack, texts, pass, deps, back, away } = await open();
    away('is_archived');
    deps.time.now = TEN;
    await job.work();
    back();
    await pass(DAY_MS, HOUR_MS);
    expect(texts().filter((text) => DIGEST.test(text))).toEqual([]);
    await resumeSubscription(deps, ADMIN, 's1');
    await pass(DAY_MS, HOUR_MS);
    const digests = slack.standing.filter(({ message }) => DIGEST.test(message.text));
    expect(digests).toHaveLength(1);
    expect(JSON.stringify(digests[0]?.message)).toContain('Fri 20 Nov and Sat 21 Nov were skipped');
  });

  test('the message to an administrator is lost and found: one stands', async () => {
    const { job, slack, deps, to } = await open();
    slack.before = (call, channelId) => {
      if (call === 'message' && channelId === CHANNEL) throw new SlackFailure('is_archived');
    };
    to(TEN);
    await job.work();
    expect(slack.standing).toEqual([]);
    let lost = 0;
    slack.after = (call, channelId) => {
      if (call === 'message' && channelId.includes('U_ADMIN') && (lost += 1) === 1)
        throw new SlackFailure('unreachable');
    };
    await job.work();
    deps.time.now += LEASE_MS;
    await job.work();
    expect(slack.standing.map(({ channelId }) => channelId).toSorted()).toEqual(['D_U_ADMIN', 'D_U_BOSS']);
  });

  test('for another reason, such as a limit of the workspace: not paused, tried again', async () => {
    const { job, subscriptions, away, to } = await open();
    away('restricted_action');
    to(TEN);
    await job.work();
    expect((await subscriptions.find('s1'))?.paused).toBeUndefined();
  });
});

describe('whatever people do meanwhile', () => {
  const CRONS = ['0 * * * *', '20 * * * *', '40 1-23/2 * * *'] as const;
  type Step =
    | { kind: 'pass'; minutes: number; workers: readonly ('job' | 'other')[] }
    | { kind: 'change'; cron: (typeof CRONS)[number] }
    | { kind: 'pause' | 'resume' | 'restart' };
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('pass' as const),
        minutes: fc.integer({ min: 1, max: 50 }),
        workers: fc.subarray(['job', 'other'] as const),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('change' as const), cron: fc.constantFrom(...CRONS) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('pause', 'resume', 'restart') }) },
  );

  test('each due time of the schedule in force is posted once, skipped once or missed once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20 }), async (steps) => {
        const stage = await open({ schedule: { cron: CRONS[0] } });
        const { deps, job, subscriptions, raw, slack, outcomes } = stage;
        let other = stage.replica();
        let cron: string = CRONS[0];
        const due: number[] = [];
        const pass = (minutes: number): void => {
          const until = deps.time.now + minutes * MINUTE_MS;
          due.push(...createCalendar(cron, 'Asia/Kolkata').between(deps.time.now, until, 99));
          deps.time.now = until;
        };
        const end: Step[] = [{ kind: 'resume' }, LAST, LAST, LAST, LAST];
        for (const one of [...steps, ...end]) {
          const stored = await subscriptions.find('s1');
          switch (one.kind) {
            case 'pass': {
              pass(one.minutes);
              await Promise.all(one.workers.map((name) => (name === 'job' ? job : other).work()));
              break;
            }
            case 'change': {
              const { timezone, statuses, purpose, version } = stored ?? subscription();
              const definition = { id: 's1', version, cron: one.cron, timezone, statuses, purpose };
              await changeSubscription(deps, ADMIN, definition);
              cron = one.cron;
              break;
            }
            case 'pause': {
              await pauseSubscription(deps, ADMIN, 's1');
              break;
            }
            case 'resume': {
              await resumeSubscription(deps, ADMIN, 's1');
              break;
            }
            case 'restart': {
              other = stage.replica();
            }
          }
        }
        const times = (rows: unknown[]): number[] =>
          rows.map((row) => Date.parse(String(Object(row).due_at)));
        const posted = times(
          await raw(`select due_at from digest_messages where kind = 'digest' and ts is not null`),
        );
        const told = [
          ...(await raw('select skipped from digest_runs')),
          ...(await raw('select skipped from digest_subscriptions')),
        ];
        const skipped = told.flatMap((row): number[] => JSON.parse(String(Object(row).skipped)));
        // Told as missed: by nobody in time, or not read within the grace.
        const missed = outcomes.reduce((sum, [kind, amount]) => sum + (kind === 'complete' ? 0 : amount), 0);
        expect(due).toEqual(expect.arrayContaining([...posted, ...skipped]));
        expect(new Set([...posted, ...skipped]).size).toBe(posted.length + skipped.length);
        expect(posted.length + skipped.length + missed).toBe(due.length);
        expect(slack.standing.filter(({ message }) => DIGEST.test(message.text))).toHaveLength(posted.length);
      }),
      { numRuns: 20 },
    );
  });

  const LAST: Step = { kind: 'pass', minutes: 30, workers: ['job', 'other'] };
});
