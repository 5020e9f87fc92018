/** Owns that each change is told once: by the first digest that is posted after it, over outages, crashes and replicas. */

import { describe, expect, test } from 'vitest';
import type { KnownStatus } from '../../src/payouts/links/link.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { CHANGE_WORDS, FIRST_DIGEST } from '../../src/slack/views/digest-changes.ts';
import { unformatted } from '../../src/slack/block-kit/text.ts';
import type { Walk } from '../fakes/gateway.ts';
import { page, record, tracked } from '../payouts/setup.ts';
import { openDigestStage, type StageOptions, TEN } from './digest-stage.ts';

/** A stage whose list is what the test says it is. */
async function open(options: StageOptions = {}) {
  const stage = await openDigestStage(options);
  const links = new Map<string, KnownStatus>();
  let isReadable = true;
  const { script } = stage.deps.gateway;
  script.links = ({ statuses = [] }): Walk => {
    const wanted = [...links].filter(([, status]) => statuses.includes(status));
    const records = wanted.map(([linkId, status]) =>
      record({ linkId, status, createdAt: stage.deps.time.now - HOUR_MS, expiresAt: TEN + 300 * DAY_MS }),
    );
    const end = { complete: isReadable, reason: undefined, pagesRead: 1, recordsRead: records.length };
    return { pages: [page(records)], end };
  };
  script.track = (linkId) => tracked({ status: links.get(linkId) ?? 'ISSUED' });
  script.page = ({ filter }) => page([record({ linkId: filter.linkId ?? '' })]);
  const set = (changes: Record<string, KnownStatus>): void => {
    for (const [id, status] of Object.entries(changes)) links.set(id.padStart(24, '0'), status);
  };
  return {
    ...stage,
    set,
    unreadable: (): void => {
      isReadable = false;
    },
    readable: (): void => {
      isReadable = true;
    },
    /** It becomes ten o’clock of this day, the first being 0. */
    day: async (day: number): Promise<void> => {
      stage.to(TEN + day * DAY_MS);
      await stage.job.work();
      await stage.job.work();
    },
    last: (): string => stage.texts().at(-1) ?? '',
  };
}

const told = (count: number, kind: keyof typeof CHANGE_WORDS): string => `${count} ${CHANGE_WORDS[kind]}`;

describe('told once', () => {
  test('by the digest after the change, and not by the one after that', async () => {
    const { set, day, last, texts } = await open();
    set({ a: 'ISSUED', b: 'ISSUED', c: 'PROCESSING' });
    await day(0);
    // With nothing to do, a first digest is one line.
    expect(last()).toMatch(/^All clear/);
    set({ a: 'CLAIMED', b: 'PROCESSING', c: 'ISSUED', d: 'ISSUED' });
    await day(1);
    for (const words of [told(1, 'new'), told(1, 'claimed'), told(1, 'processing'), told(1, 'returned')])
      expect(last()).toContain(words);
    await day(2);
    expect(last()).toMatch(/^All clear/);
    set({ b: 'EXPIRED' });
    await day(3);
    expect(last()).toContain(told(1, 'expired'));
    expect(last()).not.toContain(CHANGE_WORDS.new);
    expect(texts()).toHaveLength(4);
    expect(texts().join('\n')).not.toContain(unformatted(FIRST_DIGEST));
  });

  test('by two replicas that work at the same moment', async () => {
    const { set, day, job, replica, texts, to } = await open();
    set({ a: 'ISSUED' });
    await day(0);
    set({ a: 'CLAIMED' });
    to(TEN + DAY_MS);
    const other = replica();
    await Promise.all([job.work(), other.work()]);
    await Promise.all([job.work(), other.work()]);
    expect(texts().filter((text) => text.includes(CHANGE_WORDS.claimed))).toHaveLength(1);
    expect(texts()).toHaveLength(2);
  });

  test('when Slack’s answer was lost and the message is found again', async () => {
    const { set, day, slack, job, texts, to } = await open();
    set({ a: 'ISSUED' });
    await day(0);
    set({ a: 'CLAIMED' });
    slack.failOnce('after', new SlackFailure('unreachable'));
    to(TEN + DAY_MS);
    await job.work();
    to(TEN + DAY_MS + MINUTE_MS);
    await job.work();
    await day(2);
    expect(texts().filter((text) => text.includes(CHANGE_WORDS.claimed))).toHaveLength(1);
    expect(texts()).toHaveLength(3);
  });
});

describe('told by the next one', () => {
  test('when Slack refused the digest until it was missed', async () => {
    const { set, day, away, back, pass, last } = await open();
    set({ a: 'ISSUED', b: 'ISSUED' });
    await day(0);
    set({ a: 'CLAIMED' });
    away('is_archived');
    await day(1);
    await pass(2 * HOUR_MS, 10 * MINUTE_MS);
    back();
    await pass(20 * MINUTE_MS, MINUTE_MS);
    set({ b: 'CANCELLED' });
    await day(2);
    expect(last()).toContain(told(1, 'claimed'));
    expect(last()).toContain(told(1, 'cancelled'));
    await day(3);
    expect(last()).toMatch(/^All clear/);
  });

  test('when the list could not be read', async () => {
    const { set, day, pass, last, unreadable, readable } = await open();
    set({ a: 'ISSUED' });
    await day(0);
    set({ a: 'CLAIMED', b: 'ISSUED' });
    unreadable();
    await day(1);
    await pass(2 * HOUR_MS, 10 * MINUTE_MS);
    expect(last()).toContain('incomplete');
    readable();
    await day(2);
    expect(last()).toContain(told(1, 'new'));
    expect(last()).toContain(told(1, 'claimed'));
  });

  test('when no replica ran for days', async () => {
    const { set, day, last, replica, to } = await open();
    set({ a: 'ISSUED' });
    await day(0);
    set({ a: 'EXPIRED', b: 'ISSUED' });
    to(TEN + 4 * DAY_MS);
    await replica().work();
    expect(last()).toContain(told(1, 'new'));
    expect(last()).toContain(told(1, 'expired'));
  });
});

test('a digest that waits to be posted holds the next one up, which then compares with it', async () => {
  const { set, day, away, back, pass, texts, to, deps } = await open({ schedule: { cron: '0 * * * *' } });
  set({ a: 'ISSUED' });
  await day(0);
  const walks = deps.gateway.calls.links.length;
  set({ a: 'CLAIMED' });
  away('fatal_error');
  to(TEN + HOUR_MS - 5_000);
  await pass(10_000, 5_000);
  expect(deps.gateway.calls.links).toHaveLength(walks + 1);
  back();
  await pass(2 * HOUR_MS, MINUTE_MS);
  expect(texts().filter((text) => text.includes(CHANGE_WORDS.claimed))).toHaveLength(1);
  expect(texts()).toHaveLength(4);
});
