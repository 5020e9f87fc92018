/** Owns what approvers decide by, over HTTP: the link's facts, the recipient's other open links, urgency; nothing unmasked. */

import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import { OTHERS } from '../../src/slack/views/approval-facts.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { approve, askToCancel } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

test('the card names the other open links of the recipient, the possible duplicate first; it stays as requested', async () => {
  bot = await openBot();
  const person = WELL_KNOWN_PEOPLE.issued;
  // Spelt differently, so that only the mobile number finds it.
  const twin = bot.instantpay.addLink({ person: { ...person, name: 'Z. Wadia' }, amountPaise: 1_250_050 });
  bot.instantpay.addLink({ person, amountPaise: 700_00, status: 'PROCESSING' });
  bot.instantpay.addLink({ person, amountPaise: 1_250_050, status: 'CLAIMED' });
  const { linkId, card } = await askToCancel(bot);
  const { orderId = '', referenceNo = '' } = bot.instantpay.link(linkId) ?? {};
  for (const fact of [
    '2 other open links to this recipient',
    '₹12,500.50 · ISSUED · expires in 7 days · possible duplicate',
    '₹700.00 · PROCESSING',
    orderId,
    referenceNo,
    'Created: today 08:00',
  ])
    expect(read(card)).toContain(fact);
  for (const shown of [read(card), card.text, bot.lines.join('')])
    for (const hidden of [person.mobile, person.email]) expect(shown).not.toContain(hidden);
  // Approving one leaves the other alone.
  await approve(bot, card);
  expect(bot.instantpay.link(twin.linkId)?.status).toBe('ISSUED');
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
});

test('InstantPay’s list does not answer: the request is made all the same, and the card says what was not checked', async () => {
  bot = await openBot({ env: { INSTANTPAY_TIMEOUT: '1s' } });
  for (let times = 0; times < 9; times += 1)
    bot.instantpay.fault({ operation: 'list', effect: { kind: 'noHeaders' } });
  const { card } = await askToCancel(bot);
  expect(read(card)).toContain(OTHERS.unchecked);
  expect(read(card)).toContain('[Approve]');
});

test('a link that expires within two hours is urgent in title and notification', async () => {
  bot = await openBot();
  const { card } = await askToCancel(bot, { linkId: WELL_KNOWN.issuedExpiring });
  expect(read(card)).toMatch(/^⚡ Link expires in \d+ minutes: ₹4,999\.00 to Yamini Oommen/);
  expect(card.text).toMatch(/^₹4,999\.00 to Yamini Oommen\. ⚡ Link expires in \d+ minutes\. /);
  expect(card.text).toContain('duplicate of bill 118');
});

test('SANDBOX comes first, on the card and in the notification', async () => {
  bot = await openBot({ instantpay: { environment: 'SANDBOX' } });
  const { card } = await askToCancel(bot);
  for (const shown of [read(card), card.text]) expect(shown).toMatch(/^🧪 SANDBOX · /);
  await approve(bot, card);
  for (const shown of [read(card), card.text]) expect(shown).toMatch(/^🧪 SANDBOX · /);
});
