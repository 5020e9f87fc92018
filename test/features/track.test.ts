/** Owns finding and showing links: by id, mobile, e-mail, name and address; refreshing and sharing the card. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { openDesk, read, type TestDesk } from './desk.ts';
import { the } from './steps.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterEach(() => desk.instantpay.clearFaults());
afterAll(() => desk.close());

test('by id: everything a person needs, private values masked', async () => {
  const card = await desk.say(desk.people.operator, `track ${WELL_KNOWN.claimed}`);
  expect(card.ephemeralFor).toBe(desk.people.operator.id);
  const text = read(card);
  for (const shown of [
    'CLAIMED',
    '₹120.11',
    'Upendra Bhosale',
    '******1105',
    'u***@inbox.example',
    'vendor payment',
    'IST',
    'LIVE',
    'Link Claimed successfully',
    'What happened so far',
    '[Refresh]',
    '[Share here]',
  ])
    expect(text).toContain(shown);
  expect(text).not.toMatch(/9820011105|upendra\.b@/);
  expect(text).not.toMatch(/\[Cancel link\]|\[Send reminder\]/);
  expect(text).toMatch(/notification sent to \*+1105 and u\*\*\*@inbox.example/);
  expect(card.text).toContain('CLAIMED: ₹120.11 for Upendra Bhosale');
  const upper = await desk.say(desk.people.operator, `track ${WELL_KNOWN.claimed.toUpperCase()}`);
  expect(read(upper)).toContain('Upendra Bhosale');
});

test.each([
  ['its mobile number', '9820011104'],
  ['its mobile number as people write it', '+91 98200 11104'],
  ['its e-mail address', 'oindrila@mail.example'],
  ['its e-mail address as Slack sends it', '<mailto:oindrila@mail.example|oindrila@mail.example>'],
  ['its mobile number as Slack sends it', '<tel:+919820011104|98200 11104>'],
  ['its name', 'Oindrila Lahiri'],
  ['a part of its name', 'oindrila'],
])('by %s: one hit acts at once', async (_what, typed) => {
  const card = await desk.say(desk.people.operator, `track ${typed}`);
  expect(read(card)).toContain(WELL_KNOWN.processing);
  expect(read(card)).toContain('PROCESSING');
});

test('by its instant.pe address, wherever it stands in the list', async () => {
  const { operator } = desk.people;
  const oldest = desk.instantpay.links().at(-1);
  if (!oldest) throw new Error('no links');
  for (const typed of [
    `https://instant.pe/${oldest.code}`,
    `<https://instant.pe/${oldest.code}>`,
    `instant.pe/${oldest.code}`,
    `<http://instant.pe/${oldest.code}|instant.pe/${oldest.code}>`,
  ]) {
    expect(read(await desk.say(operator, `track ${typed}`))).toContain(oldest.linkId);
  }
  const none = await desk.say(operator, 'track https://instant.pe/NOSUCH1');
  expect(read(none)).toContain('No payout link found');
});

test('a name with several links offers a choice; its button shows the card', async () => {
  const { operator } = desk.people;
  const choice = await desk.say(operator, 'track Reddy');
  expect(read(choice)).toMatch(/links match/);
  const card = await desk.answerTo(operator, () => operator.click(choice, 'Track', { nth: 1 }));
  expect(read(card)).toContain('What happened so far');
  expect(read(card)).toContain('Reddy');
  const many = await desk.say(operator, 'track mail');
  expect(read(many)).toMatch(/No payout link found|links match/);
});

test('nobody of that name is said plainly', async () => {
  const answer = await desk.say(desk.people.operator, 'track Nobody Whatsoever');
  expect(read(answer)).toContain('No payout link found for “Nobody Whatsoever”');
  const number = await desk.say(desk.people.operator, 'track 9000000001');
  expect(read(number)).toContain('******0001');
  expect(read(number)).not.toContain('9000000001');
});

test('a search that cannot finish never says "none" or "one" as if it had', async () => {
  const { operator } = desk.people;
  desk.instantpay.fault({ operation: 'list', effect: { kind: 'statuscode', statuscode: 'ISE' }, times: 0 });
  expect(read(await desk.say(operator, 'track Zubin'))).toContain('the search could not finish');
  desk.instantpay.clearFaults();
  expect(read(await desk.say(operator, 'track Zubin'))).toContain(WELL_KNOWN.issued);
});

test('the list does not answer: the card comes without recipient, and says so', async () => {
  desk.instantpay.fault({ operation: 'list', effect: { kind: 'html500' }, times: 0 });
  const card = await desk.say(desk.people.operator, `track ${WELL_KNOWN.issued}`);
  expect(read(card)).toContain('ISSUED');
  expect(read(card)).toContain('Recipient, purpose and expiry are not known right now');
});

test('an unknown status disables every action', async () => {
  desk.instantpay.fault({ operation: 'track', effect: { kind: 'linkStatus', status: 'ON_HOLD' } });
  const card = await desk.say(desk.people.operator, `track ${WELL_KNOWN.issued}`);
  expect(read(card)).toContain('ON_HOLD');
  expect(read(card)).not.toMatch(/\[Cancel link\]|\[Send reminder\]/);
});

test('an id nobody knows, and credentials that are refused', async () => {
  const { operator } = desk.people;
  expect(read(await desk.say(operator, `track ${'f'.repeat(24)}`))).toContain('no such link');
  desk.instantpay.fault({ operation: 'track', effect: { kind: 'statuscode', statuscode: 'IAT' } });
  const refused = read(await desk.say(operator, `track ${WELL_KNOWN.issued}`));
  expect(refused).toContain('An administrator must act');
  expect(refused).toMatch(/InstantPay request h0009/);
  expect(
    desk.entries().some((line) => line.level === 'error' && line.msg.includes('refuses the credentials')),
  ).toBe(true);
});

test('outside text is shown as text: no mention, no formatting, no link of its own', async () => {
  const card = await desk.say(desk.people.operator, `track ${WELL_KNOWN.hostile}`);
  expect(read(card)).toContain('Traders <!channel> & *Sons*');
  expect(live(card)).toEqual([]);
  expect(card.text).toContain('&lt;!channel&gt;');
  expect(card.text).not.toMatch(/[^&]\*Sons\*/);
  await desk.done(() => desk.people.operator.click(card, 'Share here'));
  expect(live(the(desk.slack.messages(desk.channels.payouts), -1))).toEqual([]);
});

/** Mentions and links in mrkdwn that would do something, apart from people the desk names itself. */
function live(message: { text: string; blocks: unknown[] }): string[] {
  const texts = JSON.stringify(message.blocks).match(/"type":"mrkdwn","text":"(?:[^"\\]|\\.)*"/g) ?? [];
  return [message.text, ...texts].flatMap((text) => text.match(/<(?:!|https?:|#|@U0000)[^>]*>/g) ?? []);
}

test('Refresh edits the own card; a shared card is refreshed for all and keeps saying who shared it', async () => {
  const { operator, approver } = desk.people;
  const linkId = WELL_KNOWN.issuedExpiring;
  const own = await desk.say(operator, `track ${linkId}`);
  expect(read(own)).toContain('[Cancel link]');
  await desk.done(() => operator.click(own, 'Share here'));
  const shared = await desk.slack.message(desk.channels.payouts, (message) => read(message).includes(linkId));
  expect(shared.ephemeralFor).toBeUndefined();
  expect(read(shared)).toContain(`Shared by @${operator.id}`);
  expect(read(shared)).not.toContain('[Share here]');
  desk.instantpay.setStatus(linkId, 'CLAIMED');
  await desk.done(() => operator.click(own, 'Refresh'));
  expect(read(own)).toContain('CLAIMED');
  expect(read(own)).not.toContain('[Cancel link]');
  expect(own.ephemeralFor).toBe(operator.id);
  expect(read(shared)).toContain('ISSUED');
  await desk.done(() => approver.click(shared, 'Refresh'));
  expect(read(shared)).toContain('CLAIMED');
  expect(read(shared)).toContain(`Shared by @${operator.id}`);
});

test('Refresh more often than a response_url allows, and after it expired, still works on a shared card', async () => {
  const { operator } = desk.people;
  const own = await desk.say(operator, `track ${WELL_KNOWN.issued}`);
  await desk.done(() => operator.click(own, 'Share here'));
  const shared = await desk.slack.message(desk.channels.payouts, (message) =>
    read(message).includes(WELL_KNOWN.issued),
  );
  desk.slack.faults.set('response_url', { kind: 'status', status: 404 }, 1);
  desk.skip(60_000);
  await desk.done(() => operator.click(shared, 'Refresh'));
  expect(read(shared)).toContain('11:01 IST');
});

test('the buttons of a card lead on: notify, and the form that asks why', async () => {
  const { operator } = desk.people;
  const card = await desk.say(operator, `track ${WELL_KNOWN.issuedLarge}`);
  const sent = await desk.answerTo(operator, () => operator.click(card, 'Send reminder'));
  expect(read(sent)).toContain('Reminder sent');
  await desk.done(() => operator.click(card, 'Cancel link'));
  expect(JSON.stringify((await operator.modal()).view)).toContain(WELL_KNOWN.issuedLarge);
});

test('a viewer may look and not act; somebody outside VIEWERS may not look', async () => {
  const { admin, outsider } = desk.people;
  const card = await desk.say(admin, `track ${WELL_KNOWN.issued}`);
  expect(read(await desk.answerTo(admin, () => admin.click(card, 'Send reminder')))).toContain('You may not');
  expect(read(await desk.answerTo(admin, () => admin.click(card, 'Cancel link')))).toContain('You may not');
  const calls = desk.instantpay.calls.length;
  expect(read(await desk.say(outsider, `track ${WELL_KNOWN.issued}`))).toContain('Guests');
  expect(desk.instantpay.calls).toHaveLength(calls);
});

test('a button with a forged value, person or team does nothing', async () => {
  const { operator } = desk.people;
  const card = await desk.say(operator, `track ${WELL_KNOWN.issued}`);
  const calls = desk.instantpay.calls.length;
  for (const value of ['', '../../x', 'f'.repeat(25), '{"linkId":"x"}', `${WELL_KNOWN.issued}\n`]) {
    const answer = await desk.answerTo(operator, () => operator.click(card, 'Refresh', { value }));
    expect(read(answer)).toContain('nothing was done');
  }
  const foreign = await desk.answerTo(operator, () =>
    operator.click(card, 'Refresh', { teamId: 'T0OTHERCO' }),
  );
  expect(read(foreign)).toContain('only for');
  expect(desk.instantpay.calls).toHaveLength(calls);
});
