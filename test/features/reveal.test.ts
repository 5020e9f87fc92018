/** Owns the private details of a link: shown to an administrator alone, audited first, refused to everyone else. */

import { notPermitted } from '../../src/payouts/access-words.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBot, read, type TestBot } from './bot.ts';
import { actionLabel, subjectLabel } from '../../src/slack/views/audit-labels.ts';

let bot: TestBot;
beforeEach(async () => {
  bot = await openBot();
});
afterEach(() => bot.close());

test('an administrator sees the private details alone, and the audit says so', async () => {
  const { admin, operator } = bot.people;
  const link = bot.instantpay.links('CLAIMED')[0];
  if (!link) throw new Error('no CLAIMED link');
  const card = await bot.say(admin, `track ${link.linkId}`);
  expect(read(card)).toContain('[Reveal]');
  expect(read(card)).not.toContain(link.person.mobile);
  const details = await bot.answerTo(admin, () => admin.click(card, 'Reveal'));
  expect(details.ephemeralFor).toBe(admin.id);
  expect(read(details)).toContain(link.person.mobile);
  expect(read(details)).toContain(link.person.email);
  expect(details.text).not.toContain(link.person.mobile);
  const audit = await bot.say(admin, `audit ${link.linkId}`);
  expect(read(audit)).toContain(actionLabel('link.revealed'));
  expect(bot.lines.join('')).not.toContain(link.person.mobile);
  expect(read(await bot.say(operator, `track ${link.linkId}`))).not.toContain('[Reveal]');
});

test('whoever is no administrator gets nothing by a forged button, and the refusal is audited', async () => {
  const { admin, operator } = bot.people;
  const link = bot.instantpay.links('ISSUED')[0];
  if (!link) throw new Error('no ISSUED link');
  const card = await bot.say(operator, `track ${link.linkId}`);
  const listsBefore = bot.instantpay.callsOf('list').length;
  const refused = await bot.answerTo(operator, () =>
    operator.click(card, 'Refresh', {
      forge: (payload) => {
        const actions = Array.isArray(payload['actions']) ? payload['actions'] : [];
        return { ...payload, actions: [{ ...actions[0], action_id: 'link.reveal' }] };
      },
    }),
  );
  expect(read(refused)).toContain(notPermitted('administer'));
  expect(bot.instantpay.callsOf('list')).toHaveLength(listsBefore);
  const audit = read(await bot.say(admin, 'audit'));
  expect(audit).toContain(actionLabel('access.refused'));
  expect(audit).toContain(subjectLabel('link.reveal'));
});
