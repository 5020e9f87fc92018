/** Owns the page's server: events to several pages, each act, refusals to everybody else, switches, and starting over. */

import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MONDAY_MORNING, stopsTo } from '../../demo/page/clock.ts';
import { openShow, type Show } from '../../demo/page/show.ts';
import type { Act, PageMessage, Trouble } from '../../demo/page/protocol.ts';
import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import { CHANNELS, PEOPLE } from '../../fakes/slack/workspace.ts';
import { istInstant } from '../../src/payouts/time.ts';
import { SHORTCUT_IDS } from '../../src/slack/block-kit/ids.ts';
import { STATE_TITLES } from '../../src/slack/views/approval-words.ts';
import { openPage, type PageClient, wordsOf } from './page-client.ts';

let show: Show;
let page: PageClient;
beforeAll(async () => {
  show = await openShow({ say: () => {} });
  page = await openPage(show.url);
});
afterAll(async () => {
  page?.close();
  await show?.close();
});

const { operator, approver, admin } = PEOPLE;
const payouts = CHANNELS.payouts.id;
const says = (text: string, more: object = {}): Promise<void> =>
  page.act({ act: 'say', person: operator.id, channel: payouts, text, ...more });
const newest = (...words: string[]): Promise<PageMessage> =>
  page.until(
    ({ messages }) =>
      messages.findLast((one) => !one.deleted && words.every((word) => wordsOf(one).includes(word))),
    words.join(', '),
  );
const callsOf = (operation: string): number =>
  page.known.instantpay.calls.filter((call) => call.operation === operation).length;

/** With headers that fetch does not send. */
function ask(path: string, headers: Record<string, string>, method = 'GET'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, show.url), { method, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.on('error', reject).end(method === 'GET' ? undefined : '{"act":"kill"}');
  });
}

test('the page is one file of its own host, and scripts come as JavaScript', async () => {
  const front = await fetch(show.url);
  expect(front.headers.get('content-type')).toContain('text/html');
  expect(front.headers.get('content-security-policy')).toContain("default-src 'self'");
  const script = await fetch(`${show.url}browser/main.ts`);
  expect(script.headers.get('content-type')).toContain('text/javascript');
  const text = await script.text();
  expect(text).not.toContain('import type');
  expect(text).toContain("from './");
  const protocol = await fetch(`${show.url}protocol.ts`);
  expect(await protocol.text()).toContain('TROUBLES');
  for (const path of ['nothing.ts', 'browser/..%2fserver.ts', 'files/nothing', 'package.json'])
    expect((await fetch(show.url + path)).status, path).toBe(404);
});

test('the first event has everything, later ones what changed', async () => {
  const { known } = page;
  expect(known.starts).toBe(1);
  expect(known.channels.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['payouts', 'payout-approvals', 'payout-digests']),
  );
  expect(known.commands.map(({ usage }) => usage)).toContain('/payout approvals');
  expect(known.instantpay.links.length).toBeGreaterThan(230);
  expect(known.scenes).toHaveLength(6);
  known.updates.length = 0;
  await says('/payout whoami');
  const answer = await newest('Your permissions', 'Administrators');
  expect(answer).toMatchObject({ channel: payouts, onlyFor: operator.id, edited: false, notifies: [] });
  expect(known.updates.every(({ people, commands }) => people === undefined && commands === undefined)).toBe(
    true,
  );
  expect(known.updates.flatMap(({ messages = [] }) => messages)).toEqual([answer]);
});

test('a second page gets the same, and each change once', async () => {
  const other = await openPage(show.url);
  expect(other.known.messages).toEqual(page.known.messages);
  await says('Good morning');
  const seen = await other.until(
    ({ messages }) => messages.find(({ text }) => text === 'Good morning'),
    'it',
  );
  expect(seen.author).toBe(operator.id);
  expect(other.known.updates.flatMap(({ messages = [] }) => messages)).toHaveLength(1);
  other.close();
});

test('another host, another origin and no origin are refused, and nothing is done', async () => {
  const { host, origin } = new URL(show.url);
  const json = { 'content-type': 'application/json' };
  expect(await ask('/events', { host: 'evil.example' })).toBe(403);
  expect(await ask('/', { host: `evil.example:${host.split(':')[1]}` })).toBe(403);
  expect(await ask('/act', { host, ...json, origin: 'https://evil.example' }, 'POST')).toBe(403);
  expect(await ask('/act', { host, ...json, origin: 'null' }, 'POST')).toBe(403);
  expect(await ask('/act', { host, ...json }, 'POST')).toBe(403);
  expect(await ask('/act', { host, 'content-type': 'text/plain', origin }, 'POST')).toBe(403);
  expect(await ask('/act', { host, origin }, 'PUT')).toBe(405);
  expect(show.stage.desk.state).toBe('running');
});

test.each<[string, unknown]>([
  ['that is not there', { act: 'nothing' }],
  ['of nobody', { act: 'say', person: 'U0NOBODY', channel: payouts, text: 'x' }],
  ['in no channel', { act: 'say', person: operator.id, channel: 'C0NOWHERE', text: 'x' }],
  [
    'in the conversation of somebody else',
    { act: 'say', person: operator.id, channel: 'D0VIKRAM', text: 'x' },
  ],
  ['with another command', { act: 'say', person: operator.id, channel: payouts, text: '/remind me' }],
  [
    'with a command in a thread',
    { act: 'say', person: operator.id, channel: payouts, threadTs: '1.2', text: '/payout' },
  ],
  [
    'on a message that is not there',
    { act: 'press', person: operator.id, on: { message: 'C0:1' }, blockId: 'a', actionId: 'b', values: {} },
  ],
  ['on a form that is not there', { act: 'submit', person: operator.id, view: 'V1', values: {} }],
  ['on a link that is not there', { act: 'link', linkId: 'f'.repeat(24), to: 'claim' }],
  ['on a link that cannot', { act: 'link', linkId: WELL_KNOWN.claimed, to: 'expire' }],
])('an act %s is refused in one sentence', async (_name, act) => {
  const { status, error } = await page.refused(act);
  expect(status).toBe(400);
  expect(error).toMatch(/\S/);
});

test('nobody presses what only somebody else sees', async () => {
  await says('/payout list');
  const list = await newest('Newest first', 'Older');
  await expect(page.press(approver.id, list, 'Older')).rejects.toThrow('does not see that message');
  const version = page.known.messages.find(({ key }) => key === list.key)?.html;
  await page.press(operator.id, list, 'Older');
  await page.until(
    ({ messages }) =>
      messages.some(({ key, edited, html }) => key === list.key && edited && html !== version),
    'the next page in the same message',
  );
});

test('a form: refused when it is not filled in, closed, and opened by a shortcut', async () => {
  await page.act({ act: 'shortcut', person: operator.id, callbackId: SHORTCUT_IDS.track });
  const form = await page.until(
    ({ views }) => views.find(({ open, type }) => open && type === 'modal'),
    'it',
  );
  expect(form).toMatchObject({ person: operator.id, title: expect.stringMatching(/\S/) });
  const { status } = await page.refused({ act: 'submit', person: operator.id, view: form.key, values: {} });
  expect(status).toBe(400);
  await page.act({ act: 'dismiss', person: operator.id, view: form.key });
  await page.until(({ views }) => views.some(({ key, open }) => key === form.key && !open), 'closed');
});

test('App Home is drawn', async () => {
  await page.act({ act: 'openHome', person: approver.id });
  const home = await page.until(
    ({ views }) => views.find(({ type, person }) => type === 'home' && person === approver.id),
    'App Home',
  );
  expect(home.html).toContain('<button');
});

test('what a recipient does is seen on the link', async () => {
  const statusOf = (linkId: string, status: string): Promise<true> =>
    page.until(
      ({ instantpay }) => instantpay.links.some((link) => link.id === linkId && link.status === status),
      status,
    );
  const { issuedExpiring, hostile, issued } = WELL_KNOWN;
  await page.act({ act: 'link', linkId: issuedExpiring, to: 'claim' });
  await statusOf(issuedExpiring, 'PROCESSING');
  await page.act({ act: 'link', linkId: issuedExpiring, to: 'pay' });
  await statusOf(issuedExpiring, 'CLAIMED');
  await page.act({ act: 'link', linkId: hostile, to: 'expire' });
  await statusOf(hostile, 'EXPIRED');
  await page.act({ act: 'link', linkId: issued, to: 'stall' });
  await statusOf(issued, 'PROCESSING');
  await says('/payout stuck');
  await newest('PROCESSING for more than', WELL_KNOWN_PEOPLE.issued.name);
});

test.each<[Trouble, string[]]>([
  ['html500', ['HTTP 500']],
  ['tooMany', ['HTTP 429']],
])('%s is on until it is switched off, and takes no other with it', async (trouble, words) => {
  await page.act({ act: 'trouble', trouble: 'shortPages', on: true });
  await page.act({ act: 'trouble', trouble, on: true });
  await page.until(({ instantpay }) => instantpay.troubles.length === 2, 'both switches');
  await says(`/payout track ${WELL_KNOWN.claimed}`);
  await newest(...words);
  await page.act({ act: 'trouble', trouble, on: false });
  await page.until(({ instantpay }) => instantpay.troubles.join() === 'shortPages', 'one switch');
  expect(show.stage.instantpay.controls.maxRecordsPerPage).toBe(3);
  const before = callsOf('track');
  await page.act({
    act: 'say',
    person: admin.id,
    channel: payouts,
    text: `/payout track ${WELL_KNOWN.claimed}`,
  });
  await page.until(
    ({ instantpay: { calls } }) =>
      calls.filter(({ operation }) => operation === 'track').length > before && calls.at(-1)?.executed,
    'a call that is answered',
  );
  await page.act({ act: 'trouble', trouble: 'shortPages', on: false });
  expect(show.stage.instantpay.controls.maxRecordsPerPage).toBeUndefined();
});

test('a jump of the clock carries what time does: requests expire, approvers are nudged, a digest is posted', async () => {
  await says(`/payout cancel ${WELL_KNOWN.issuedLarge} supplier is insolvent`);
  // The card, not the private answer to the requester, whichever came last.
  const waiting = await page.until(
    ({ messages }) =>
      messages.findLast(
        (one) => one.channel === CHANNELS.approvals.id && wordsOf(one).includes('Quresh Textiles'),
      ),
    'the card to Quresh Textiles',
  );
  const before = page.known.clock;
  await page.act({ act: 'clock', to: 'hour' });
  await page.until(({ clock }) => clock >= before + 3_600_000, 'the clock');
  await newest('to remind');
  await page.act({ act: 'clock', to: 'tomorrow' });
  const expired = await page.until(
    ({ messages }) =>
      messages.find((one) => one.key === waiting.key && wordsOf(one).includes(String(STATE_TITLES.expired))),
    'the expired request',
  );
  expect(expired.edited).toBe(true);
  await page.until(
    ({ messages }) =>
      messages.some((one) => one.threadTs === waiting.ts && one.notifies.includes(approver.id)),
    'a nudge below the card',
  );
  // By the demo's clock, by which the page sorts them.
  const times = page.known.messages.map(({ at }) => at);
  expect(times.toSorted((one, other) => one - other)).toEqual(times);
  expect(times[0]).toBeGreaterThanOrEqual(MONDAY_MORNING);
  expect(times.at(-1)).toBeLessThanOrEqual(page.known.clock);
});

test('while Payout Desk is down a command fails as in Slack; starting over gives a fresh day', async () => {
  await page.act({ act: 'kill' });
  await page.until(({ desk }) => desk === 'down', 'down');
  await says('/payout help');
  await page.until(({ notices }) => notices.some((text) => text.includes('/payout failed')), 'the failure');
  const { status } = await page.refused({ act: 'kill' } satisfies Act);
  expect(status).toBe(400);
  await page.act({ act: 'reset' });
  await page.until(({ starts, desk }) => starts === 2 && desk === 'running', 'the fresh start');
  expect(page.known.messages).toEqual([]);
  expect(page.known.instantpay).toMatchObject({ calls: [], cancelCalls: 0, troubles: [] });
  await says('/payout whoami');
  await newest('Administrators');
});

test('the clock stops at each digest on the way', () => {
  const at = (day: string, time: string): number => istInstant(day, time);
  const day = 86_400_000;
  const quarter = day / 4;
  const monday = at('2026-11-23', '09:58');
  const digest = (date: string): number => at(date, '10:00') + 1_000;
  const first = digest('2026-11-23');
  expect(stopsTo('minute', monday)).toEqual([monday + 60_000]);
  expect(stopsTo('hour', monday)).toEqual([monday, first, monday + 3_600_000]);
  const quarters = [first, first + quarter, first + 2 * quarter, first + 3 * quarter];
  expect(stopsTo('tomorrow', monday)).toEqual([monday, ...quarters, digest('2026-11-24')]);
  expect(stopsTo('tomorrow', first)).toEqual([...quarters, digest('2026-11-24')]);
  const noon = at('2026-11-23', '12:00');
  expect(stopsTo(3 * day, noon)).toEqual([
    noon,
    digest('2026-11-24'),
    digest('2026-11-25'),
    digest('2026-11-26'),
    noon + 3 * day,
  ]);
});

test('the page asks nothing of another host', () => {
  const html = readFileSync(new URL('../../demo/page/browser/index.html', import.meta.url), 'utf8');
  expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
});
