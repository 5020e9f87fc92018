/** Owns what of stuck links is posted: as InstantPay tells when it is posted, of a content that can be read. */

import { expect, test, vi } from 'vitest';
import { contentOf, messageOf } from '../../src/jobs/stuck-notice.ts';
import { createStuckJob } from '../../src/jobs/stuck.ts';
import { createLog } from '../../src/log.ts';
import type { DueLink } from '../../src/payouts/links/escalation.ts';
import { FORGOTTEN_AFTER_MS, KEPT_PROCESSING } from '../../src/payouts/links/processing-feed.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { readable } from '../slack/shown.ts';
import { LINK, makeDeps, NOON, page, record, tracked } from '../payouts/setup.ts';
import { openStuckStage } from './stuck-stage.ts';

const STAGES = { first: DAY_MS, again: 3 * DAY_MS } as const;

const due = (stage: DueLink['stage'], since: number): DueLink => ({
  link: record({ linkId: LINK, status: 'PROCESSING' }),
  age: { since, from: 'seen' },
  stage,
});

/** InstantPay tells of a claim at this time. */
function depsWith(claimedAt = NOON - 2 * DAY_MS) {
  return makeDeps({
    script: {
      track: (linkId) =>
        tracked({
          linkId,
          status: 'PROCESSING',
          activity: [NOON - 9 * DAY_MS, claimedAt].map((at, index) => ({
            text: 'words',
            at,
            orderId: index === 0 ? undefined : 'order',
            accountType: undefined,
            accountNumber: undefined,
            accountIfsc: undefined,
          })),
        }),
    },
    settings: { stuckAfterMs: DAY_MS, escalateTo: ['U_BOSS'] },
  });
}

const GOOD = contentOf([due('first', NOON - 2 * DAY_MS)], { at: NOON, environment: 'live' });
const GOOD_LINK = { ...GOOD.links[0] };

test('within a minute it is posted as it was found; from then on the links are looked at again', async () => {
  const deps = depsWith();
  deps.time.now = NOON + MINUTE_MS - 1;
  expect(await messageOf(deps, GOOD)).toMatchObject({ text: expect.stringContaining('1 link') });
  expect(deps.gateway.calls.track).toEqual([]);
  deps.time.now += 1;
  expect(await messageOf(deps, GOOD)).toMatchObject({ text: expect.stringContaining('1 link') });
  expect(deps.gateway.calls.track).toEqual([LINK]);
});

test('what is kept is the link, its amount, its recipient, its age and its stage', () => {
  expect(Object.keys(GOOD_LINK)).toEqual(['linkId', 'amountPaise', 'contact', 'age', 'stage']);
  expect(GOOD).toMatchObject({ at: NOON, environment: 'live' });
});

test.each(['first', 'again'] as const)(
  'at stage %s a link that was claimed later is named from the age of that stage on',
  async (at) => {
    const claimedAt = NOON - DAY_MS / 2;
    const content = contentOf([due(at, NOON - 9 * DAY_MS)], { at: NOON, environment: undefined });
    const deps = depsWith(claimedAt);
    deps.time.now = claimedAt + STAGES[at] - 1;
    expect(await messageOf(deps, content)).toBe('over');
    deps.time.now += 1;
    expect(await messageOf(deps, content)).toMatchObject({ text: expect.any(String) });
  },
);

test('an InstantPay that does not answer for 20 s counts as one that has nothing new', async () => {
  const deps = depsWith();
  deps.gateway.script.track = () => new Promise(() => {});
  deps.time.now = NOON + HOUR_MS;
  vi.useFakeTimers();
  try {
    const message = messageOf(deps, GOOD);
    await vi.advanceTimersByTimeAsync(19_999);
    expect(await Promise.race([message, Promise.resolve('waits')])).toBe('waits');
    await vi.advanceTimersByTimeAsync(1);
    expect(await message).toMatchObject({ text: expect.stringContaining('1 link') });
  } finally {
    vi.useRealTimers();
  }
});

const without = (key: string): unknown => ({
  ...GOOD,
  links: [Object.fromEntries(Object.entries(GOOD_LINK).filter(([name]) => name !== key))],
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['text', 'at links'],
  ['an array', []],
  ['no time', { links: GOOD.links }],
  ['a time that is none', { ...GOOD, at: '2026' }],
  ['no links', { at: NOON }],
  ['links that are none', { ...GOOD, links: {} }],
  ['a link that is null', { ...GOOD, links: [GOOD_LINK, null] }],
  ['a link that is text', { ...GOOD, links: ['linkId contact age stage'] }],
  ['a link without ID', without('linkId')],
  ['a link with an ID that is none', { ...GOOD, links: [{ ...GOOD_LINK, linkId: 7 }] }],
  ['a link without contact', without('contact')],
  ['a link with a contact that is none', { ...GOOD, links: [{ ...GOOD_LINK, contact: 'Asha' }] }],
  ['a link without age', without('age')],
  ['a link with an age that is none', { ...GOOD, links: [{ ...GOOD_LINK, age: 3 }] }],
  ['a link without stage', without('stage')],
])('a content that is %s cannot be read', async (_name, content) => {
  expect(await messageOf(depsWith(), content)).toBeUndefined();
});

test('what cannot be read is told from what is over', async () => {
  expect(await messageOf(depsWith(), { ...GOOD, links: [] })).toBe('over');
  const shown = await messageOf(depsWith(), GOOD);
  expect(typeof shown === 'object' && readable(shown)).toContain('Asha Rao');
});

test('the log: what was found, what another replica told, and a list that was not whole', async () => {
  const stage = await openStuckStage();
  const { deps, store, gateway } = stage;
  const lines: { msg: string }[] = [];
  const forgotten: unknown[] = [];
  const job = (escalations = store.escalations) =>
    createStuckJob({
      deps,
      escalations: {
        ...escalations,
        claimWalk: async () => true,
        prune: async (before) => void forgotten.push(before),
      },
      places: async () => [{ channelId: 'C1', isAbout: () => true }],
      log: createLog('info', [], { write: (line) => void lines.push(JSON.parse(line)) }),
    });
  stage.addClaimed(25);
  store.processing.prune = async (before, keep) => forgotten.push(before, keep);
  await job({ ...store.escalations, tell: async () => false }).run();
  await job().run();
  gateway.script.links = {
    pages: [page([])],
    end: { complete: false, reason: 'Page 2 failed.', pagesRead: 1, recordsRead: 0 },
  };
  await job().run();
  const found = { channelId: 'C1', count: 1 };
  expect(lines).toMatchObject([
    { msg: expect.stringContaining('another replica'), ...found },
    { msg: 'stuck links found', ...found },
    { msg: 'stuck links incomplete', reason: 'Page 2 failed.' },
  ]);
  const longAgo = deps.clock() - FORGOTTEN_AFTER_MS;
  expect(forgotten.slice(0, 3)).toEqual([longAgo, longAgo, KEPT_PROCESSING]);
  const [id = ''] = await store.digests.dueMessages(deps.clock(), 9);
  const claim = await store.digests.claimMessage(id, deps.clock(), MINUTE_MS);
  expect(claim?.expiresAt).toBe(deps.clock() + DAY_MS);
});
