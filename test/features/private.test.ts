/** Owns private values in odd dress: typed by people or sent by InstantPay, none leaves in a log, a message or a record. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { expectNothingPrivate } from '../fuzz/canaries.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { approve, askToCancel } from './steps.ts';

let bot: TestBot;
beforeEach(async () => {
  bot = await openBot({ instantpay: { seed: 0 } });
});
afterEach(() => bot.close());

test('what people type: a mobile number as reference, numbers and addresses parted in any way in reasons', async () => {
  const { operator } = bot.people;
  const typed = ['9820098200', '98201x98201', '98202*98202', 'asha.private @okaxis', 'ravi.private@ okicici'];
  await bot.say(operator, `txn ${typed[0]} today`);
  await bot.say(operator, `txn ${typed[0]} 19 Nov 09:00`);
  const { linkId } = bot.instantpay.addLink();
  const { card } = await askToCancel(bot, { linkId, reason: `paid twice: ${typed.slice(1).join('; ')}` });
  expect(read(card)).toContain('a***@okaxis');
  await approve(bot, card);
  await bot.say(operator, `track ${typed[3]}`);
  await bot.say(operator, `list contact ${typed[1]}`);
  await expectNothingPrivate(bot, [...typed, 'asha.private', 'ravi.private', '98201x', '98202*']);
});

test('what InstantPay sends: values masked in part, addresses parted by a space, a field of 200 kB', async () => {
  const { operator } = bot.people;
  const long = 'e\u0300\u0316'.repeat(50_000);
  const people = [
    { name: 'Asha Rao', email: 'asha.private @okaxis', mobile: '98765xx43210' },
    { name: 'card 411111XXXXXX1111', email: `${long}@mail.example`, mobile: '9820598205' },
    { name: long, email: 'x.private@mail.example', mobile: `98206${'0'.repeat(200_000)}` },
  ];
  const links = people.map((person) =>
    bot.instantpay.addLink({ person, purpose: 'to ravi.private@ okicici', description: '98207→98207' }),
  );
  expect(read(await bot.say(operator, 'list'))).toContain('Asha Rao');
  for (const { linkId } of links) expect(read(await bot.say(operator, `track ${linkId}`))).toContain(linkId);
  const { card } = await askToCancel(bot, { linkId: links[0]?.linkId ?? '' });
  await approve(bot, card);
  const numbers = ['98765xx', '411111X', '9820598205', '98206000', '98207→98207'];
  const seen = [...numbers, 'asha.private', 'ravi.private', 'x.private'];
  await expectNothingPrivate(bot, seen);
});

test('what Slack sends: a trigger opens a form for its holder, so that no run or request keeps one', async () => {
  const { operator, admin } = bot.people;
  const link = () => bot.instantpay.addLink().linkId;
  await bot.say(operator, `notify ${link()} ${link()}`);
  await askToCancel(bot, { linkId: link() });
  await bot.say(operator, 'export links 1 Nov today');
  await bot.say(admin, 'export audit 1 Nov today');
  await expectNothingPrivate(bot);
});
