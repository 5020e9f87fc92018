/** Owns reminders for several links over HTTP: from the digest, from the list, typed; one answer, never twice. */

import { afterEach, expect, test } from 'vitest';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import type { Person } from '../../fakes/slack/person.ts';
import { notPermitted } from '../../src/payouts/access-words.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/payouts/time.ts';
import { NO_LINK_SELECTED, noneExpires } from '../../src/slack/views/expiring-list.ts';
import { openBot, read, type TestBot, type TestBotOptions } from './bot.ts';
import { the } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

/** Ten links that expire within 48 h, the nth in n hours, and nothing else. */
async function open(options: TestBotOptions = {}, links = 10): Promise<string[]> {
  bot = await openBot({
    ...options,
    instantpay: { seed: 0, ...options.instantpay },
    env: { DIGEST_CHANNEL: 'C0DIGESTS', ...options.env },
  });
  for (const { linkId } of bot.instantpay.links()) bot.instantpay.setStatus(linkId, 'CANCELLED');
  return Array.from({ length: links }, (_none, index) => addLink(index + 1));
}

const addLink = (index: number): string =>
  bot.instantpay.addLink({
    amountPaise: index * 100_00,
    expiresAt: bot.clock() + index * HOUR_MS,
    person: { name: `Recipient ${index}`, email: `r${index}@mail.example`, mobile: `98200222${10 + index}` },
  }).linkId;

const sent = () => bot.instantpay.callsOf('notify');
const told = (person: Person): SlackMessage[] =>
  bot.slack.messages(person.directMessages).filter(({ deleted }) => !deleted);
const listFor = (person: Person, text = 'expiring') => bot.say(person, text);

test('the list: the soonest first, one line each, with boxes and the last reminder', async () => {
  await open();
  const { operator, approver } = bot.people;
  await bot.say(approver, `notify ${the(bot.instantpay.links('ISSUED').map(({ linkId }) => linkId))}`);
  bot.skip(20 * MINUTE_MS);
  const list = await listFor(operator);
  const text = read(list);
  expect(list.ephemeralFor).toBe(operator.id);
  expect(text).toContain('Expire within 2 days: 10 · ₹5,500.00');
  expect(text).toContain(`expires today 12:00 · reminded 20 minutes ago by ${approver.name}`);
  const places = Array.from({ length: 10 }, (_none, index) => text.indexOf(`Recipient ${index + 1}`));
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(text).not.toMatch(/\b[6-9]\d{9}\b/);
  expect(read(await listFor(operator, 'expiring 3 hours'))).toContain('Expire within 3 hours: 3 · ₹600.00');
  expect(read(await listFor(operator, 'expiring 30m'))).toContain(noneExpires(30 * MINUTE_MS));
});

test('from the list, all: one confirm with the count, one direct message, one answer', async () => {
  await open();
  const { operator } = bot.people;
  const list = await listFor(operator);
  const answer = await bot.answerTo(operator, () => operator.click(list, 'Send reminder to all 10'));
  expect(sent()).toHaveLength(10);
  expect(JSON.stringify(list.blocks)).toContain('Send 10 reminders?');
  expect(told(operator)).toHaveLength(1);
  for (const message of [the(told(operator)), answer]) {
    expect(read(message)).toContain('10 reminders sent');
    expect(read(message)).toContain('₹1,000.00 to Recipient 10');
  }
});

test('selected ones alone, in any group of ten', async () => {
  const links = await open({}, 14);
  const { operator } = bot.people;
  const list = await listFor(operator);
  const chosen = [the(links, 1), the(links, 11)];
  await operator.click(list, 'Send reminder to selected …', {
    values: { 'remind.boxes.0': [the(chosen)], 'remind.boxes.10': [the(chosen, 1)] },
  });
  const form = await operator.modal();
  expect(read(form)).toContain('Send 2 reminders?');
  expect(sent()).toHaveLength(0);
  await bot.done(() => operator.submit(form, {}));
  expect(new Set(sent().map(({ linkId }) => linkId))).toEqual(new Set(chosen));
  expect(sent()).toHaveLength(2);
  expect(read(the(told(operator)))).toContain('2 reminders sent');
});

test('nothing selected: the form says so and sends nothing', async () => {
  await open();
  const { operator } = bot.people;
  await operator.click(await listFor(operator), 'Send reminder to selected …');
  const form = await operator.modal();
  expect(read(form)).toContain(NO_LINK_SELECTED);
  expect(form.view['submit']).toBeNull();
});

/** The digest in its channel, with so many links, the first of which expires in so many hours. */
async function openDigest(
  links: number,
  { from = 1, ...options }: TestBotOptions & { from?: number } = {},
): Promise<{ message: SlackMessage; linkIds: string[] }> {
  await open(options, 0);
  bot.skip(24 * HOUR_MS);
  const linkIds = Array.from({ length: links }, (_none, index) => addLink(from + index));
  await bot.app.digest?.work();
  return { message: the(bot.slack.messages(bot.channels.digests)), linkIds };
}

test('from the digest: 10 of them, one in its cooldown, one claimed meanwhile, one not confirmed', async () => {
  const { message, linkIds: links } = await openDigest(10, {
    from: 30,
    env: { INSTANTPAY_TIMEOUT: '400ms' },
  });
  expect(read(message)).toContain('Expire within 48 h: 10 · ₹34,500');
  expect(read(message)).toContain('… 7 more');
  const { operator, approver } = bot.people;
  await bot.say(approver, `notify ${the(links)}`);
  bot.instantpay.setStatus(the(links, 1), 'PROCESSING');
  bot.instantpay.fault({
    operation: 'notify',
    linkId: the(links, 2),
    effect: { kind: 'noHeaders', when: 'after' },
  });
  bot.instantpay.fault({ operation: 'notify', linkId: the(links, 3), effect: { kind: 'tooMany' } });
  // Who joins later was not confirmed by anybody.
  const later = addLink(5);
  const answer = await bot.answerTo(operator, () => operator.click(message, 'Send reminder to all 10'));
  const text = read(the(told(operator)));
  expect(text).toMatch(/6 reminders sent, 1 requested less than 1 hour ago, 2 not confirmed, 1 not sent/);
  expect(text).toContain('Recipient 30');
  expect(text).toMatch(/Recipient 31 .*PROCESSING/);
  expect(read(answer)).toBe(text);
  const called = sent().map(({ linkId }) => linkId);
  expect(new Set(called).size).toBe(called.length);
  expect(called).not.toContain(the(links, 1));
  expect(called).not.toContain(later);
  // Nobody else was told anything.
  expect(bot.slack.messages(bot.channels.digests).filter((one) => !one.ephemeralFor)).toHaveLength(1);
});

test('an old digest: pressed again an hour later, who still waits is reminded again; within it, nobody', async () => {
  const { message } = await openDigest(3);
  const { operator, approver } = bot.people;
  await bot.done(() => operator.click(message, 'Send reminder to all 3'));
  await bot.done(() => approver.click(message, 'Send reminder to all 3'));
  expect(sent()).toHaveLength(3);
  expect(read(the(told(approver)))).toContain('0 reminders sent, 3 requested less than 1 hour ago');
  bot.skip(HOUR_MS);
  await bot.done(() => operator.click(message, 'Send reminder to all 3'));
  expect(sent().length).toBeGreaterThan(3);
});

test('the same click delivered five times: each recipient once, one message', async () => {
  await open();
  const { operator } = bot.people;
  const list = await listFor(operator);
  await bot.done(() => operator.click(list, 'Send reminder to all 10', { copies: 5 }));
  expect(sent()).toHaveLength(10);
  expect(told(operator)).toHaveLength(1);
});

test('people without the right see the list, get no buttons, and are refused in the digest, privately', async () => {
  const { message } = await openDigest(3);
  const { admin } = bot.people;
  const list = await listFor(admin);
  expect(read(list)).toContain('Recipient 3');
  expect(JSON.stringify(list.blocks)).not.toContain('Send reminder');
  const refused = await bot.answerTo(admin, () => admin.click(message, 'Send reminder to all 3'));
  expect(read(refused)).toContain(notPermitted('operate'));
  expect(refused.ephemeralFor).toBe(admin.id);
  expect(sent()).toHaveLength(0);
  const shown = await bot.answerTo(admin, () => admin.click(message, 'Show'));
  expect(read(shown)).toContain('Recipient 3');
});

test('a forged value, or a forged selection, sends nothing', async () => {
  await open({}, 3);
  const { operator } = bot.people;
  const list = await listFor(operator);
  for (const value of ['', 'x', 'AAAA', 'A'.repeat(1_616), '../..'])
    await bot.done(() => operator.click(list, 'Send reminder to all 3', { value }));
  expect(sent()).toHaveLength(0);
  expect(told(operator)).toHaveLength(0);
});

test('stopped in the middle: the next process sends what is left, and no link twice', async () => {
  await open({}, 6);
  const { operator } = bot.people;
  const list = await listFor(operator);
  bot.instantpay.fault({ operation: 'notify', effect: { kind: 'delay', delayMs: 150 }, times: 2 });
  await operator.click(list, 'Send reminder to all 6');
  await bot.slack.waitFor(() => sent().length > 0 || undefined, { what: 'a first reminder' });
  await bot.restart();
  const before = sent().length;
  expect(before).toBeLessThan(6);
  await bot.app.runReminders();
  expect(sent()).toHaveLength(6);
  expect(new Set(sent().map(({ linkId }) => linkId)).size).toBe(6);
  expect(told(operator)).toHaveLength(1);
  expect(read(the(told(operator)))).toContain('6 reminders sent');
});

test('when Slack takes no direct message, the reminders go out and the job tells of them later', async () => {
  await open({}, 3);
  const { operator } = bot.people;
  const list = await listFor(operator);
  bot.slack.faults.set('chat.postMessage', { kind: 'error', error: 'internal_error' }, 2);
  await bot.done(() => operator.click(list, 'Send reminder to all 3'));
  expect(sent()).toHaveLength(3);
  expect(told(operator)).toHaveLength(0);
  bot.skip(MINUTE_MS);
  await bot.app.runReminders();
  expect(read(the(told(operator)))).toContain('3 reminders sent');
  await bot.app.runReminders();
  expect(told(operator)).toHaveLength(1);
  expect(sent()).toHaveLength(3);
});

test('typed with several links: one answer; with one that is unknown, nothing is sent', async () => {
  const links = await open({}, 3);
  const { operator, admin } = bot.people;
  const wrong = await bot.say(operator, `notify ${links.join(' ')} https://instant.pe/NOSUCH`);
  expect(read(wrong)).toContain('No reminder was sent');
  expect(sent()).toHaveLength(0);
  expect(read(await bot.say(admin, `notify ${links.join(' ')}`))).toContain(notPermitted('operate'));
  const answer = await bot.say(operator, `notify ${links.join(' ')}`);
  expect(read(answer)).toContain('3 reminders sent');
  expect(sent()).toHaveLength(3);
});

test('a list that was not read to its end says so, and never claims all', async () => {
  await open({}, 3);
  bot.instantpay.controls.published = true;
  const text = read(await listFor(bot.people.operator));
  expect(text).toContain('Incomplete');
  expect(text).not.toMatch(/to all|No ISSUED link expires/);
});

test('each reminder is in the audit, and nothing private is in the log', async () => {
  await open({}, 2);
  const { operator, admin } = bot.people;
  await bot.done(async () => operator.click(await listFor(operator), 'Send reminder to all 2'));
  const audit = read(await bot.say(admin, 'audit'));
  expect(audit.match(/Reminder sent/g)).toHaveLength(2);
  expect(bot.lines.join('\n')).not.toMatch(/Recipient \d|9820022/);
});
