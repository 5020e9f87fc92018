/** Owns digests that channels subscribe to, over HTTP: the form, the list, pauses, closed channels, and who may do what. */

import { afterEach, expect, test } from 'vitest';
import type { SlackView } from '../../fakes/slack/board.ts';
import type { FormValues } from '../../fakes/slack/form.ts';
import { type JsonObject, objectOf } from '../../fakes/slack/json.ts';
import type { Person } from '../../fakes/slack/person.ts';
import { notPermitted } from '../../src/payouts/access-words.ts';
import {
  CHANGED_MEANWHILE,
  NO_SUBSCRIPTION,
  NOT_A_CHANNEL,
  OF_SETTINGS,
} from '../../src/payouts/subscriptions/words.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, parseIst } from '../../src/payouts/time.ts';
import { INPUT_IDS } from '../../src/slack/block-kit/ids.ts';
import { BUTTON_NOT_VALID, FORM_NOT_VALID } from '../../src/slack/buttons/values.ts';
import { FORM_PROBLEMS } from '../../src/slack/commands/subscription-form.ts';
import { SUBSCRIPTION_TITLES } from '../../src/slack/views/subscription-form.ts';
import { NONE_HERE, PERHAPS_NOT, WHICH_ONE } from '../../src/slack/views/subscriptions.ts';
import { openBot, read, type TestBot, type TestBotOptions } from './bot.ts';

let bot: TestBot;
afterEach(() => bot.close());

/** A Friday, two minutes before ten. */
const START = parseIst('2026-11-20 09:58:00') ?? 0;
const open = async (options: TestBotOptions = {}): Promise<Person> => {
  bot = await openBot({ startAt: START, ...options });
  return bot.people.admin;
};
const shown = (view: SlackView): string => bot.slack.toText(view);
const here = () => ({ channel: bot.channels.payouts });
const posted = () =>
  bot.slack
    .messages(bot.channels.payouts)
    .filter(({ ephemeralFor }) => ephemeralFor === undefined)
    .map(read);

async function formOf(person: Person, text = 'digest subscribe'): Promise<SlackView> {
  await bot.done(() => person.command('/payout', text, here()));
  return person.modal();
}

async function submit(person: Person, values: FormValues = {}, form?: SlackView): Promise<string> {
  const view = form ?? (await formOf(person));
  await bot.done(() => person.submit(view, values));
  return shown(await person.modal());
}

const list = async (person: Person = bot.people.admin) =>
  bot.say(person, 'digest list', bot.channels.payouts);

async function pass(durationMs: number): Promise<void> {
  bot.skip(durationMs);
  await bot.app.digest.work();
}

test('subscribed by a form that opens at once: said back in words with the next times, posted when it is due', async () => {
  const admin = await open();
  const form = await formOf(admin);
  expect(shown(form)).toContain(SUBSCRIPTION_TITLES.subscribe);
  const answer = await submit(
    admin,
    { [INPUT_IDS.scheduleDays]: ['fri', 'sat'], [INPUT_IDS.statuses]: ['PROCESSING'] },
    form,
  );
  expect(answer).toContain('Friday and Saturday at 10:00, Asia/Kolkata');
  expect(answer).toContain('PROCESSING links');
  expect(answer).toContain('today 10:00; tomorrow 10:00; 27 Nov 2026, 10:00');
  expect(posted()).toEqual([]);
  await pass(2 * MINUTE_MS);
  await pass(DAY_MS);
  await pass(DAY_MS);
  expect(posted()).toHaveLength(2);
  expect(posted()[0]).toContain('PROCESSING');
  await bot.restart();
  expect(read(await list())).toContain('Friday and Saturday at 10:00');
  await pass(5 * DAY_MS);
  expect(posted()).toHaveLength(3);
});

test('the form says what is wrong and stays open; nothing is subscribed', async () => {
  const admin = await open();
  const form = await formOf(admin);
  const wrong: [FormValues, string][] = [
    [{ [INPUT_IDS.scheduleDays]: [] }, FORM_PROBLEMS.days],
    [{ [INPUT_IDS.scheduleZone]: 'Mars/Olympus' }, FORM_PROBLEMS.timezone],
    [{ [INPUT_IDS.statuses]: [] }, FORM_PROBLEMS.statuses],
    [{ [INPUT_IDS.scheduleCron]: 'every morning' }, FORM_PROBLEMS.cron],
    [{ [INPUT_IDS.scheduleCron]: '0 0 10 * * *' }, FORM_PROBLEMS.cron],
    [{ [INPUT_IDS.scheduleCron]: '*/5 * * * *' }, FORM_PROBLEMS.tooOften],
  ];
  for (const [values, problem] of wrong) {
    const { ack } = await admin.submit(form, values);
    expect(JSON.stringify(ack.body)).toContain(problem);
  }
  expect(read(await list())).toContain(NONE_HERE);
  const answer = await submit(admin, { [INPUT_IDS.scheduleCron]: '0 10 1 * *' }, form);
  expect(answer).toContain('cron 0 10 1 * *, Asia/Kolkata');
  expect(answer).toContain('1 Dec 2026, 10:00');
});

test('only administrators, and only in channels; the others see the list without buttons', async () => {
  const admin = await open();
  const { operator } = bot.people;
  expect(shown(await formOf(operator))).toContain(notPermitted('administer'));
  await submit(admin);
  const listed = read(await list(operator));
  expect(listed).toContain('Monday to Friday at 10:00');
  expect(listed).not.toMatch(/\[(Change|Pause|Remove|Subscribe)/);
  expect(read(await bot.say(operator, 'digest unsubscribe', bot.channels.payouts))).toContain(
    notPermitted('administer'),
  );
  const ours = await list(admin);
  for (const button of ['Pause', 'Remove', 'Change']) {
    await bot.done(() => admin.click(ours, button, { userId: operator.id }));
  }
  expect(read(await list(admin))).toContain('[Pause]');
  await bot.done(() => admin.command('/payout', 'digest subscribe', { channel: admin.directMessages }));
  expect(shown(await admin.modal())).toContain(NOT_A_CHANNEL);
  // In a message no form can open: its button does.
  const answer = await bot.answerTo(admin, () =>
    admin.write('@Payout Desk digest subscribe', { channel: bot.channels.payouts }),
  );
  await bot.done(() => admin.click(answer, 'Subscribe …'));
  expect(shown(await admin.modal())).toContain(SUBSCRIPTION_TITLES.subscribe);
});

test('the same submission twice subscribes once', async () => {
  const admin = await open();
  const form = await formOf(admin);
  const [first] = await Promise.all([
    bot.done(() => admin.submit(form, {})),
    bot.done(() => admin.submit(form, {})),
  ]);
  await bot.done(() => first.again());
  expect(read(await list())).toContain('1 digest in this channel');
});

test('changed: the form starts from what is stored; one that was changed meanwhile is left alone', async () => {
  const admin = await open();
  await submit(admin, { [INPUT_IDS.schedulePurpose]: 'salary' });
  const listed = await list();
  await bot.done(() => admin.click(listed, 'Change'));
  const form = await admin.modal();
  expect(shown(form)).toContain('salary');
  expect(await submit(admin, { [INPUT_IDS.scheduleTime]: '09:30' }, form)).toContain(
    'Monday to Friday at 09:30',
  );
  await bot.done(async () => admin.click(await list(), 'Change'));
  const late = await admin.modal();
  await bot.done(async () => admin.click(await list(), 'Pause'));
  expect(await submit(admin, { [INPUT_IDS.scheduleTime]: '08:00' }, late)).toContain(CHANGED_MEANWHILE);
  expect(read(await list())).toContain('at 09:30');
});

test('paused and resumed in the list; what was due meanwhile is not posted, and the next digest says so', async () => {
  const admin = await open();
  await submit(admin);
  await bot.done(async () => admin.click(await list(), 'Pause'));
  const paused = admin.ephemerals().at(-1);
  expect(paused && read(paused)).toContain(`Paused today 09:58 by`);
  await pass(2 * HOUR_MS);
  expect(posted()).toEqual([]);
  if (paused) await bot.done(() => admin.click(paused, 'Resume'));
  // Monday, at ten.
  await pass(3 * DAY_MS - 2 * HOUR_MS + 2 * MINUTE_MS);
  expect(posted()).toHaveLength(1);
  expect(posted()[0]).toContain('Fri 20 Nov was skipped');
});

test('unsubscribed: the only one at once, of several the one whose button is pressed', async () => {
  const admin = await open();
  const unsubscribe = () => bot.say(admin, 'digest unsubscribe', bot.channels.payouts);
  expect(read(await unsubscribe())).toContain(NONE_HERE);
  await submit(admin);
  expect(read(await unsubscribe())).toContain('removed');
  await submit(admin);
  bot.skip(MINUTE_MS);
  await submit(admin, { [INPUT_IDS.scheduleTime]: '16:00' });
  const choice = await unsubscribe();
  expect(read(choice)).toContain(WHICH_ONE);
  await bot.done(() => admin.click(choice, 'Remove', { nth: 2 }));
  const left = read(await list());
  expect(left).toContain('at 10:00');
  expect(left).not.toContain('at 16:00');
  await pass(2 * MINUTE_MS);
  expect(posted()).toHaveLength(1);
});

test('the one of the settings follows them at a start; people can pause it, no more', async () => {
  const admin = await open({ env: { DIGEST_CHANNEL: 'C0PAYOUTS', DIGEST_CRON: '0 9 * * *' } });
  const listed = await list();
  expect(read(listed)).toContain('Every day at 09:00');
  expect(read(listed)).toContain('Set by the settings');
  expect(read(listed)).not.toMatch(/\[(Change|Remove)\]/);
  expect(read(await bot.say(admin, 'digest unsubscribe', bot.channels.payouts))).toContain(OF_SETTINGS);
  await bot.done(() => admin.click(listed, 'Pause'));
  await bot.stop();
  bot.env['DIGEST_CRON'] = '30 9 * * 1-6';
  await bot.start();
  const after = read(await list());
  expect(after).toContain('Monday to Saturday at 09:30');
  expect(after).toContain('Paused');
  await bot.stop();
  bot.env['DIGEST_CHANNEL'] = undefined;
  await bot.start();
  expect(read(await list())).toContain(NONE_HERE);
});

test('forged values do nothing and are audited', async () => {
  const admin = await open();
  await submit(admin);
  const listed = await list();
  for (const button of ['Pause', 'Remove']) {
    for (const [value, words] of [
      ["' or 1=1 --", BUTTON_NOT_VALID],
      ['settings:C0NOWHERE', NO_SUBSCRIPTION],
    ] as const) {
      const answer = await bot.answerTo(admin, () => admin.click(listed, button, { value }));
      expect(read(answer)).toContain(words);
    }
  }
  const form = await formOf(admin);
  const forge = (payload: JsonObject): JsonObject => ({
    ...payload,
    view: { ...objectOf(payload['view']), private_metadata: '{"channelId":"C0PAYOUTS","sealed":"x"}' },
  });
  await bot.done(() => admin.submit(form, {}, { forge }));
  expect(
    bot.slack.allMessages
      .map(read)
      .concat(shown(await admin.modal()))
      .join(),
  ).toContain(FORM_NOT_VALID);
  expect(read(await list())).toContain('1 digest in this channel');
});

test.each([
  ['archived', () => bot.slack.archive(bot.channels.payouts)],
  ['without Payout Desk', () => bot.slack.removeBot(bot.channels.payouts)],
])(
  'a channel that is %s: its digests pause, administrators are told once, Resume goes on',
  async (_name, close) => {
    const admin = await open();
    await submit(admin);
    await submit(admin, { [INPUT_IDS.scheduleTime]: '16:00' });
    await close();
    await bot.slack.waitFor(() => bot.entries().some(({ msg }) => msg === 'digests paused'));
    await pass(MINUTE_MS);
    const told = () =>
      bot.slack.messages(admin.directMessages).filter((one) => read(one).includes('paused:'));
    expect(told()).toHaveLength(1);
    expect(told().map(read).join()).toContain('2 digests paused');
    await pass(DAY_MS);
    expect(told()).toHaveLength(1);
    expect(posted()).toEqual([]);
    const [notice] = told();
    if (!notice) throw new Error('nobody was told');
    await bot.answerTo(admin, () => admin.click(notice, 'Resume', { nth: 1 }));
    expect(read(await list())).toContain('[Pause]');
  },
);

test('subscribed where Payout Desk was not invited: said at once, public or private, and it goes on when invited', async () => {
  const admin = await open();
  for (const channel of [bot.channels.withoutBot, bot.channels.privateWithoutBot]) {
    await bot.done(() => admin.command('/payout', 'digest subscribe', { channel }));
    expect(await submit(admin, {}, await admin.modal())).toContain('/invite @Payout Desk');
  }
  bot.slack.faults.set('conversations.info', { kind: 'error', error: 'missing_scope' }, 1);
  expect(await submit(admin)).toContain(PERHAPS_NOT);
  bot.skip(1);
  expect(await submit(admin, { [INPUT_IDS.scheduleTime]: '16:00' })).not.toMatch(/member|\/invite/);
  await bot.slack.inviteBot(bot.channels.withoutBot);
  await pass(2 * MINUTE_MS);
  expect(bot.slack.messages(bot.channels.withoutBot)).toHaveLength(1);
});

test('Slack withholds the event: the refused digest pauses, and administrators are told', async () => {
  const admin = await open();
  await submit(admin);
  await bot.slack.removeBot(bot.channels.payouts, { withheld: true });
  await pass(2 * MINUTE_MS);
  await bot.app.digest.work();
  expect(bot.slack.messages(admin.directMessages).map(read).join()).toContain('1 digest paused');
  await bot.slack.inviteBot(bot.channels.payouts);
  await pass(DAY_MS);
  expect(posted()).toEqual([]);
});

test('/payout digest shows the channel’s first one as of now', async () => {
  const admin = await open({ env: { DIGEST_STATUSES: 'EXPIRED' } });
  await submit(admin, { [INPUT_IDS.statuses]: ['CLAIMED'] });
  const answer = read(await bot.say(bot.people.operator, 'digest', bot.channels.payouts));
  expect(answer).toContain('CLAIMED');
  expect(answer).not.toContain('EXPIRED');
});
