/** Owns finding and showing links: by id, mobile, e-mail, name and address; refreshing and sharing the card. */

import { forgedAction } from '../fuzz/forge.ts';
import { BUTTON_NOT_VALID } from '../../src/slack/buttons/values.ts';
import { NOT_A_MEMBER, notPermitted } from '../../src/payouts/access-words.ts';
import { NONE_FOUND, SEARCH_INCOMPLETE } from '../../src/slack/views/link-choice.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { the } from './steps.ts';
import { RECORD_MISSING } from '../../src/slack/views/link-card.ts';
import { OTHER_WORKSPACE } from '../../src/slack/dispatch.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await openBot();
});
afterEach(() => bot.instantpay.clearFaults());
afterAll(() => bot.close());

test('by id: everything a person needs, private values masked', async () => {
  const card = await bot.say(bot.people.operator, `track ${WELL_KNOWN.claimed}`);
  expect(card.ephemeralFor).toBe(bot.people.operator.id);
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
    'History',
    '[Refresh]',
    '[Share here]',
  ])
    expect(text).toContain(shown);
  expect(text).not.toMatch(/9820011105|upendra\.b@/);
  expect(text).not.toMatch(/\[Cancel link\]|\[Send reminder\]/);
  expect(text).toMatch(/notification sent to \*+1105 and u\*\*\*@inbox.example/);
  expect(card.text).toContain('₹120.11 to Upendra Bhosale: CLAIMED.');
  const upper = await bot.say(bot.people.operator, `track ${WELL_KNOWN.claimed.toUpperCase()}`);
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
  const card = await bot.say(bot.people.operator, `track ${typed}`);
  expect(read(card)).toContain(WELL_KNOWN.processing);
  expect(read(card)).toContain('PROCESSING');
});

test('by its instant.pe address, wherever it stands in the list', async () => {
  const { operator } = bot.people;
  const oldest = bot.instantpay.links().at(-1);
  if (!oldest) throw new Error('no links');
  for (const typed of [
    `https://instant.pe/${oldest.code}`,
    `<https://instant.pe/${oldest.code}>`,
    `instant.pe/${oldest.code}`,
    `<http://instant.pe/${oldest.code}|instant.pe/${oldest.code}>`,
  ]) {
    expect(read(await bot.say(operator, `track ${typed}`))).toContain(oldest.linkId);
  }
  const none = await bot.say(operator, 'track https://instant.pe/NOSUCH1');
  expect(read(none)).toContain(NONE_FOUND);
});

test('a name with several links offers a choice; its button shows the card', async () => {
  const { operator } = bot.people;
  const choice = await bot.say(operator, 'track Reddy');
  expect(read(choice)).toMatch(/links match/);
  const card = await bot.answerTo(operator, () => operator.click(choice, 'Track', { nth: 1 }));
  expect(read(card)).toContain('History');
  expect(read(card)).toContain('Reddy');
  const many = await bot.say(operator, 'track mail');
  expect(read(many)).toMatch(new RegExp(`${NONE_FOUND}|links match`));
});

test('nobody of that name is said plainly', async () => {
  const answer = await bot.say(bot.people.operator, 'track Nobody Whatsoever');
  expect(read(answer)).toContain(`${NONE_FOUND} for “Nobody Whatsoever”`);
  const number = await bot.say(bot.people.operator, 'track 9000000001');
  expect(read(number)).toContain('******0001');
  expect(read(number)).not.toContain('9000000001');
});

test('a search that cannot finish never says "none" or "one" as if it had', async () => {
  const { operator } = bot.people;
  bot.instantpay.fault({ operation: 'list', effect: { kind: 'statuscode', statuscode: 'ISE' }, times: 0 });
  expect(read(await bot.say(operator, 'track Zubin'))).toContain(SEARCH_INCOMPLETE);
  bot.instantpay.clearFaults();
  expect(read(await bot.say(operator, 'track Zubin'))).toContain(WELL_KNOWN.issued);
});

test('the list does not answer: the card comes without recipient, and says so', async () => {
  bot.instantpay.fault({ operation: 'list', effect: { kind: 'html500' }, times: 0 });
  const card = await bot.say(bot.people.operator, `track ${WELL_KNOWN.issued}`);
  expect(read(card)).toContain('ISSUED');
  expect(read(card)).toContain(RECORD_MISSING);
});

test('an unknown status disables every action', async () => {
  bot.instantpay.fault({ operation: 'track', effect: { kind: 'linkStatus', status: 'ON_HOLD' } });
  const card = await bot.say(bot.people.operator, `track ${WELL_KNOWN.issued}`);
  expect(read(card)).toContain('ON_HOLD');
  expect(read(card)).not.toMatch(/\[Cancel link\]|\[Send reminder\]/);
});

test('an id nobody knows, and credentials that are refused', async () => {
  const { operator } = bot.people;
  expect(read(await bot.say(operator, `track ${'f'.repeat(24)}`))).toContain('no such link');
  bot.instantpay.fault({ operation: 'track', effect: { kind: 'statuscode', statuscode: 'IAT' } });
  const refused = read(await bot.say(operator, `track ${WELL_KNOWN.issued}`));
  expect(refused).toContain('Contact your administrator');
  expect(refused).toMatch(/InstantPay request ID h0009/);
  expect(
    bot.entries().some((line) => line.level === 'error' && line.msg.includes('refused the credentials')),
  ).toBe(true);
});

test('outside text is shown as text: no mention, no formatting, no link of its own', async () => {
  const card = await bot.say(bot.people.operator, `track ${WELL_KNOWN.hostile}`);
  expect(read(card)).toContain('Traders <!channel> & *Sons*');
  expect(live(card)).toEqual([]);
  expect(card.text).toContain('&lt;!channel&gt;');
  expect(card.text).not.toMatch(/[^&]\*Sons\*/);
  await bot.done(() => bot.people.operator.click(card, 'Share here'));
  expect(live(the(bot.slack.messages(bot.channels.payouts), -1))).toEqual([]);
});

/** Mentions and links in mrkdwn that would do something, apart from people Payout Desk names itself. */
function live(message: { text: string; blocks: unknown[] }): string[] {
  const texts = JSON.stringify(message.blocks).match(/"type":"mrkdwn","text":"(?:[^"\\]|\\.)*"/g) ?? [];
  return [message.text, ...texts].flatMap((text) => text.match(/<(?:!|https?:|#|@U0000)[^>]*>/g) ?? []);
}

test('Refresh edits the own card; a shared card is refreshed for all and keeps saying who shared it', async () => {
  const { operator, approver } = bot.people;
  const linkId = WELL_KNOWN.issuedExpiring;
  const own = await bot.say(operator, `track ${linkId}`);
  expect(read(own)).toContain('[Cancel link]');
  await bot.done(() => operator.click(own, 'Share here'));
  const shared = await bot.slack.message(bot.channels.payouts, (message) => read(message).includes(linkId));
  expect(shared.ephemeralFor).toBeUndefined();
  expect(read(shared)).toContain(`Shared by @${operator.id}`);
  expect(read(shared)).not.toContain('[Share here]');
  bot.instantpay.setStatus(linkId, 'CLAIMED');
  await bot.done(() => operator.click(own, 'Refresh'));
  expect(read(own)).toContain('CLAIMED');
  expect(read(own)).not.toContain('[Cancel link]');
  expect(own.ephemeralFor).toBe(operator.id);
  expect(read(shared)).toContain('ISSUED');
  await bot.done(() => approver.click(shared, 'Refresh'));
  expect(read(shared)).toContain('CLAIMED');
  expect(read(shared)).toContain(`Shared by @${operator.id}`);
});

test('Refresh more often than a response_url allows, and after it expired, still works on a shared card', async () => {
  const { operator } = bot.people;
  const own = await bot.say(operator, `track ${WELL_KNOWN.issued}`);
  await bot.done(() => operator.click(own, 'Share here'));
  const shared = await bot.slack.message(bot.channels.payouts, (message) =>
    read(message).includes(WELL_KNOWN.issued),
  );
  bot.slack.faults.set('response_url', { kind: 'status', status: 404 }, 1);
  bot.skip(60_000);
  await bot.done(() => operator.click(shared, 'Refresh'));
  expect(read(shared)).toContain('11:01 IST');
});

test('the buttons of a card lead on: notify, and the form that asks why', async () => {
  const { operator } = bot.people;
  const card = await bot.say(operator, `track ${WELL_KNOWN.issuedLarge}`);
  const sent = await bot.answerTo(operator, () => operator.click(card, 'Send reminder'));
  expect(read(sent)).toContain('Reminder sent');
  await bot.done(() => operator.click(card, 'Cancel link'));
  expect(JSON.stringify((await operator.modal()).view)).toContain(WELL_KNOWN.issuedLarge);
});

test('a viewer may look and not act; somebody outside VIEWERS may not look', async () => {
  const { admin, outsider } = bot.people;
  const card = await bot.say(admin, `track ${WELL_KNOWN.issued}`);
  expect(read(card)).not.toMatch(/Send reminder|Cancel link/);
  const reminder = forgedAction({ action_id: 'link.remind' });
  const answer = await bot.answerTo(admin, () => admin.click(card, 'Refresh', { forge: reminder }));
  expect(read(answer)).toContain(notPermitted('operate'));
  await bot.done(() => admin.click(card, 'Refresh', { forge: forgedAction({ action_id: 'link.cancel' }) }));
  expect(read(await admin.modal())).toContain(notPermitted('operate'));
  const calls = bot.instantpay.calls.length;
  expect(read(await bot.say(outsider, `track ${WELL_KNOWN.issued}`))).toContain(NOT_A_MEMBER.guest);
  expect(bot.instantpay.calls).toHaveLength(calls);
});

test('a button with a forged value, person or team does nothing', async () => {
  const { operator } = bot.people;
  const card = await bot.say(operator, `track ${WELL_KNOWN.issued}`);
  const calls = bot.instantpay.calls.length;
  for (const value of ['', '../../x', 'f'.repeat(25), '{"linkId":"x"}', `${WELL_KNOWN.issued}\n`]) {
    const answer = await bot.answerTo(operator, () => operator.click(card, 'Refresh', { value }));
    expect(read(answer)).toContain(BUTTON_NOT_VALID);
  }
  const foreign = await bot.answerTo(operator, () =>
    operator.click(card, 'Refresh', { teamId: 'T0OTHERCO' }),
  );
  expect(read(foreign)).toContain(OTHER_WORKSPACE);
  expect(bot.instantpay.calls).toHaveLength(calls);
});
