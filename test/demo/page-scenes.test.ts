/** Owns the six scenes of the page, played by its acts over HTTP: each step is ticked when it was seen, not before. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { MONDAY_MORNING } from '../../demo/page/clock.ts';
import { openShow, type Show } from '../../demo/page/show.ts';
import type { PageMessage, SceneId } from '../../demo/page/protocol.ts';
import { SCENE_LINKS } from '../../demo/page/scene-links.ts';
import { WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import { CHANNELS, PEOPLE } from '../../fakes/slack/workspace.ts';
import { type Known, openPage, type PageClient, sceneOf, wordsOf } from './page-client.ts';

let show: Show;
let page: PageClient;
beforeAll(async () => {
  show = await openShow({ say: () => {}, settings: { INSTANTPAY_TIMEOUT: '3s' } });
  page = await openPage(show.url);
});
afterAll(async () => {
  page?.close();
  await show?.close();
});

const { operator, approver, admin } = PEOPLE;
const payouts = CHANNELS.payouts.id;

const done = (known: Known, scene: SceneId): number =>
  sceneOf(known, scene).steps.filter((step) => step.done).length;
const isDone = (scene: SceneId, steps: number): Promise<true> =>
  page.until((known) => done(known, scene) === steps, `${steps} steps of ${scene}`);
const says = (person: { id: string }, text: string): Promise<void> =>
  page.act({ act: 'say', person: person.id, channel: payouts, text });
const newest = (fits: (message: PageMessage) => boolean, what: string): Promise<PageMessage> =>
  page.until((known) => known.messages.findLast((message) => !message.deleted && fits(message)), what);
/** The card in the channel of approvals, as it is now. */
const card = (name: string, words: string): Promise<PageMessage> =>
  newest(
    (one) =>
      one.channel === CHANNELS.approvals.id &&
      !one.threadTs &&
      wordsOf(one).includes(name) &&
      wordsOf(one).includes(words),
    `the card of ${name} with ${words}`,
  );
/** Requests the cancellation by the form of the link's card. */
async function requests(name: string): Promise<PageMessage> {
  await says(operator, `/payout ${name}`);
  const link = await newest((one) => one.onlyFor === operator.id && wordsOf(one).includes(name), name);
  await page.press(operator.id, link, 'Cancel link');
  const form = await page.until(
    ({ views }) =>
      views.find((one) => one.open && one.type === 'modal' && one.html.includes('reason.preset')),
    'the form',
  );
  const values = { 'reason.preset/reason.preset': 'duplicate', 'reason/reason.text': 'paid twice' };
  await page.act({ act: 'submit', person: operator.id, view: form.key, values });
  return card(name, 'Waiting for approval');
}

test('nothing is ticked at the start, on a Monday just before ten', () => {
  const { known } = page;
  expect(known.scenes.flatMap(({ steps }) => steps).filter((step) => step.done)).toEqual([]);
  expect(known.clock).toBeGreaterThanOrEqual(MONDAY_MORNING);
  expect(known.clock).toBeLessThan(MONDAY_MORNING + 60_000);
  expect(known.desk).toBe('running');
  expect(known.people.map(({ role }) => role)).toContain('approver');
});

test('look: a card, and a masked account', async () => {
  await says(operator, `/payout ${WELL_KNOWN_PEOPLE.issued.name}`);
  await isDone('look', 1);
  await says(operator, `/payout ${WELL_KNOWN_PEOPLE.claimed.name}`);
  await isDone('look', 2);
});

test('cancel: refused to the requester; approved five times, one card and one call', async () => {
  const waiting = await requests(SCENE_LINKS.cancel.name);
  await isDone('cancel', 2);
  expect(waiting.notifies).toEqual(expect.arrayContaining([approver.id]));
  expect(waiting.notifies).not.toContain(operator.id);
  await page.press(operator.id, waiting, 'Approve');
  await isDone('cancel', 3);
  expect(page.known.instantpay.cancelCalls).toBe(0);
  await page.press(approver.id, waiting, 'Approve', { times: 5 });
  await isDone('cancel', 4);
  // The screen lags: the button is still there.
  await page.press(approver.id, waiting, 'Approve');
  await page.until(
    ({ messages }) => messages.some((one) => one.onlyFor === approver.id && wordsOf(one).includes('already')),
    'the answer to one press too many',
  );
  expect(page.known.instantpay.cancelCalls).toBe(1);
});

test('unknown: executed without an answer, settled by looking, still one call', async () => {
  await page.act({ act: 'scene', scene: 'unknown' });
  await page.act({ act: 'trouble', trouble: 'hangsAfterExecuting', on: true });
  await page.until(({ instantpay }) => instantpay.troubles.includes('hangsAfterExecuting'), 'the switch');
  const before = page.known.instantpay.cancelCalls;
  const waiting = await requests(SCENE_LINKS.unknown.name);
  await isDone('unknown', 3);
  await page.press(approver.id, waiting, 'Approve');
  await isDone('unknown', 5);
  await page.act({ act: 'clock', to: 'minute' });
  await isDone('unknown', 6);
  expect(page.known.instantpay.cancelCalls).toBe(before + 1);
});

test('kill: between approval and call; it comes back and calls once', async () => {
  await page.act({ act: 'scene', scene: 'kill' });
  await page.until(({ instantpay }) => instantpay.troubles.length === 0, 'no switch');
  const before = page.known.instantpay.cancelCalls;
  const waiting = await requests(SCENE_LINKS.kill.name);
  await page.press(approver.id, waiting, 'Approve');
  await isDone('kill', 3);
  expect(page.known.instantpay.cancelCalls).toBe(before);
  await page.act({ act: 'kill' });
  await page.until(({ desk }) => desk === 'down', 'down');
  await page.until(({ desk }) => desk === 'running', 'running again');
  await isDone('kill', 4);
  expect(page.known.instantpay.cancelCalls).toBe(before);
  await page.act({ act: 'clock', to: 'minute' });
  await isDone('kill', 5);
  expect(page.known.instantpay.cancelCalls).toBe(before + 1);
});

test('digest: tomorrow at ten with the changes, all reminded, incomplete when a page fails', async () => {
  await page.act({ act: 'scene', scene: 'digest' });
  await page.act({ act: 'clock', to: 'tomorrow' });
  await isDone('digest', 1);
  const digest = await newest(
    (one) => one.channel === CHANNELS.digests.id && !one.threadTs && wordsOf(one).includes('Since'),
    'the digest with changes',
  );
  expect(wordsOf(digest)).toMatch(/Since Mon: \d+ expired/);
  const label = /Send reminder to all \d+/.exec(wordsOf(digest))?.[0] ?? '';
  await page.press(operator.id, digest, label);
  await isDone('digest', 2);
  await page.act({ act: 'trouble', trouble: 'pageThreeFails', on: true });
  await says(operator, '/payout digest');
  await isDone('digest', 4);
  await page.act({ act: 'trouble', trouble: 'pageThreeFails', on: false });
});

test('audit: who, when and why; a file; a chain that was verified', async () => {
  await says(admin, '/payout audit cancels');
  await isDone('audit', 1);
  await says(admin, '/payout audit csv');
  await isDone('audit', 3);
  expect(sceneOf(page.known, 'audit').steps[2]?.say).toMatch(/intact: \d+ rows, last \d+:[0-9a-f]{8}\./);
  const file = page.known.messages
    .flatMap(({ files }) => files)
    .find(({ name }) => name.startsWith('payout-audit'));
  const csv = await fetch(`${show.url}files/${file?.id}`);
  expect(csv.headers.get('content-disposition')).toContain('attachment');
  expect(await csv.text()).toContain('cancel.executed');
});

test('begun with, the look back has a cancellation to look back at', async () => {
  await page.act({ act: 'reset' });
  await page.until(({ starts }) => starts === 2, 'the fresh start');
  expect(page.known.scenes.flatMap(({ steps }) => steps).some((step) => step.done)).toBe(false);
  await page.act({ act: 'scene', scene: 'audit' });
  await page.until(({ instantpay }) => instantpay.cancelCalls === 1, 'the cancel call');
  await card(SCENE_LINKS.cancel.name, 'cancelled');
  await says(admin, '/payout audit cancels');
  await isDone('audit', 1);
});
