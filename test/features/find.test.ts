/** Owns finding a link by whatever was typed, over HTTP: without a command, from the local index, and by suggestions. */

import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { LOOKING_UP } from '../../src/slack/views/notices.ts';
import { NONE_FOUND } from '../../src/slack/views/link-choice.ts';
import { PROBLEMS } from '../../src/slack/parse/problems.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { the } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

/** Past the running app, as an operator with the file would. */
function onDatabase<Result>(work: (database: DatabaseSync) => Result, readOnly = true): Result {
  const database = new DatabaseSync(bot.databasePath, { readOnly, timeout: 5_000 });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

const indexed = (): string[] =>
  onDatabase((database) =>
    database
      .prepare('select link_id from indexed_links')
      .all()
      .map((row) => String(row['link_id'])),
  );

const written = (linkId: string) => expect.poll(indexed, { timeout: 15_000 }).toContain(linkId);

/** What one command costs at InstantPay. */
async function listCalls(text: string): Promise<{ answer: string; calls: number }> {
  const before = bot.instantpay.callsOf('list').length;
  const answer = read(await bot.say(bot.people.operator, text));
  return { answer, calls: bot.instantpay.callsOf('list').length - before };
}

const oldest = () => the(bot.instantpay.links(), -1);
/** A card asks for its link’s record. */
const CARD_CALLS = 1;

test('whatever is no command is looked up', async () => {
  bot = await openBot();
  const { linkId, orderId } = the(
    bot.instantpay.links('PROCESSING').filter((link) => link.linkId === WELL_KNOWN.processing),
  );
  for (const typed of [
    '9820011104',
    '+91-98200 11104',
    '098200 11104',
    '९८२०० १११०४',
    '<tel:+919820011104|98200 11104>',
    'oindrila@mail.example',
    '<mailto:OINDRILA@mail.example|oindrila@mail.example>',
    'Oindrila Lahiri',
    '“Oindrila Lahiri”',
    'lahiri',
    linkId,
    orderId,
    orderId.toLowerCase(),
    `status ${linkId}`,
    `find Oindrila`,
    `check 9820011104`,
    `delete ${linkId} paid twice`,
  ]) {
    const answer = read(await bot.say(bot.people.operator, typed));
    expect(answer, typed).toContain(linkId);
    expect(answer, typed).toContain('PROCESSING');
  }
  expect(bot.instantpay.callsOf('cancel')).toEqual([]);
  const none = read(await bot.say(bot.people.operator, 'frobnicate'));
  expect(none).toContain(`${NONE_FOUND} for “frobnicate”`);
  expect(none).toContain('/payout help');
});

test('a link by mobile: nineteen keys, one message', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const typed = '/payout 9820011104';
  const sent = await bot.done(() => operator.command('/payout', typed.slice('/payout '.length)));
  expect(`${typed}\n`.length).toBe(19);
  expect(sent.answers).toHaveLength(1);
  expect(operator.sees()).toHaveLength(1);
  expect(read(the(operator.sees()))).toContain(WELL_KNOWN.processing);
});

test('a reference is found, is shown as typed, and before a reminder every link that has it is looked for', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const link = bot.instantpay.addLink({ referenceNo: 'PO/2026/17' });
  expect(read(await bot.say(operator, 'po/2026/17'))).toContain(link.linkId);
  const sent = await bot.say(operator, 'remind PO/2026/17');
  expect(bot.instantpay.callsOf('notify').map((call) => call.linkId)).toEqual([link.linkId]);
  expect(read(sent)).toContain('Reminder sent');
  await written(link.linkId);
  // The index knows one link of this reference; the other is new.
  const twin = bot.instantpay.addLink({ referenceNo: 'PO/2026/17' });
  const choice = read(await bot.say(operator, 'notify PO/2026/17'));
  expect(choice).toContain(link.linkId);
  expect(choice).toContain(twin.linkId);
  expect(bot.instantpay.callsOf('notify')).toHaveLength(1);
  expect(read(await bot.say(operator, 'track PO/2026/99'))).toContain(`${NONE_FOUND} for “PO/2026/99”`);
  const order = '1261120063012QQQQQ';
  expect(read(await bot.say(operator, order))).toContain(`${NONE_FOUND} for “${order}”`);
});

test('what was shown once is found at once: an address, an order and a reference, also after a restart', async () => {
  bot = await openBot();
  const { linkId, code, orderId } = oldest();
  const walked = await listCalls(`https://instant.pe/${code}`);
  expect(walked.answer).toContain(linkId);
  expect(walked.calls).toBeGreaterThan(2 + CARD_CALLS);
  await written(linkId);
  const known = 1 + CARD_CALLS;
  for (const typed of [`https://instant.pe/${code}`, orderId]) {
    const found = await listCalls(typed);
    expect(found.answer).toContain(linkId);
    expect(found.calls).toBe(known);
  }
  // An order that a claim made is in the link’s history alone.
  const claim = the(bot.instantpay.link(WELL_KNOWN.claimed)?.activity ?? [], -1).orderId ?? '';
  await bot.say(bot.people.operator, WELL_KNOWN.claimed);
  await written(WELL_KNOWN.claimed);
  expect((await listCalls(claim)).answer).toContain(WELL_KNOWN.claimed);
  await bot.restart();
  expect(await listCalls(`instant.pe/${code}?utm=x`)).toMatchObject({ calls: known });
  // Nothing of it can be read in the store.
  const kept = onDatabase((database) => JSON.stringify(database.prepare('select key from link_keys').all()));
  for (const value of [code, orderId, '9820011104', 'lahiri']) expect(kept).not.toContain(value);
});

test('an index that is out of date, of another key or gone costs a search and nothing else', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const gone = oldest();
  await bot.say(operator, `https://instant.pe/${gone.code}`);
  await written(gone.linkId);
  bot.instantpay.controls.ledger.leave(gone.linkId);
  expect(read(await bot.say(operator, `https://instant.pe/${gone.code}`))).toContain(NONE_FOUND);

  const { linkId, code } = oldest();
  await written(linkId);
  await bot.stop();
  onDatabase((database) => database.exec(`update link_keys set key = 'x' || key`), false);
  await bot.start();
  const walked = await listCalls(`https://instant.pe/${code}`);
  expect(walked.answer).toContain(linkId);
  expect(walked.calls).toBeGreaterThan(2 + CARD_CALLS);

  await bot.stop();
  onDatabase((database) => database.exec('drop table link_keys'), false);
  await bot.start();
  expect(read(await bot.say(operator, `https://instant.pe/${code}`))).toContain(linkId);
  expect(read(await bot.say(operator, '9820011104'))).toContain(WELL_KNOWN.processing);
  expect(bot.entries().some(({ msg }) => msg === 'link index not available')).toBe(true);
  expect(bot.entries().filter(({ status }) => status === 'unexpected')).toEqual([]);
});

test('a long search says how far it is, and the answer takes the place of that', async () => {
  bot = await openBot({ patience: { lookingUpMs: 20, notRecordedMs: 600_000, acknowledgeMs: 600_000 } });
  const { operator } = bot.people;
  const { linkId, code } = oldest();
  bot.instantpay.fault({ operation: 'list', effect: { kind: 'delay', delayMs: 700 }, times: 0 });
  const sent = await operator.command('/payout', `instant.pe/${code}`);
  const word = await bot.slack.waitFor(
    () => operator.sees().find((message) => /Looked through [1-9]\d* of \d+ links …/.test(read(message))),
    { what: 'progress', withinMs: 15_000 },
  );
  expect(read(word)).not.toContain(LOOKING_UP);
  bot.instantpay.clearFaults();
  await bot.idle();
  expect(read(word)).toContain(linkId);
  expect(sent.answers.filter(({ deleted }) => !deleted)).toEqual([word]);
});

test('a suggestion is a button that runs what was typed, with everything in it', async () => {
  bot = await openBot();
  const { operator, admin } = bot.people;
  const asked = await bot.say(operator, 'cancle <tel:+919820011101|98200 11101> duplicate &amp; wrong');
  expect(read(asked)).toContain('/payout cancel ******1101 duplicate & wrong');
  expect(JSON.stringify(asked.blocks)).not.toMatch(/98200/);
  const opened = await bot.answerTo(operator, () => operator.click(asked, 'Run'));
  expect(read(opened)).toMatch(/C-\d{4}/);
  const card = await bot.slack.message(bot.channels.approvals, (message) =>
    read(message).includes('duplicate & wrong'),
  );
  expect(read(card)).toContain('₹12,500.50');

  const asks = await bot.say(operator, 'cancle 9820011103');
  await bot.done(() => operator.click(asks, 'Run'));
  expect(JSON.stringify((await operator.modal()).view)).toContain(WELL_KNOWN.issuedLarge);

  const both = await bot.say(operator, 'pending');
  expect(read(both)).toContain(PROBLEMS.pending);
  const list = await bot.answerTo(operator, () => operator.click(both, 'Run', { nth: 2 }));
  expect(read(list)).toContain('Payout links');

  const near = await bot.say(operator, 'audti @meera');
  expect(read(near)).toContain(NONE_FOUND);
  // Offered to whom it is allowed: an operator reads no audit, and a viewer cancels nothing.
  expect(read(near)).not.toContain('[Run]');
  expect(read(await bot.say(admin, 'audti csv'))).toContain('/payout audit csv');
  expect(read(await bot.say(admin, 'cancle 9820011102 duplicate'))).not.toContain('[Run]');
});

test('a suggestion asks for the permission of its command, and a forged one is refused', async () => {
  bot = await openBot();
  const { operator, outsider } = bot.people;
  const asked = await bot.say(operator, 'notfy 9820011101');
  const calls = bot.instantpay.calls.length;
  await bot.done(() => operator.click(asked, 'Run', { userId: outsider.id }));
  for (const value of ['', 'notify 9820011101', 'x'.repeat(60)]) {
    await bot.answerTo(operator, () => operator.click(asked, 'Run', { value }));
  }
  expect(bot.instantpay.calls).toHaveLength(calls);
  await bot.answerTo(operator, () => operator.click(asked, 'Run'));
  expect(bot.instantpay.callsOf('notify')).toHaveLength(1);
});

test('a status lists, and list takes a recipient at once', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const expired = read(await bot.say(operator, 'expired'));
  expect(expired).toContain('EXPIRED');
  expect(expired).not.toContain('ISSUED ·');
  const named = read(await bot.say(operator, 'list Zubin Wadia'));
  expect(named).toContain(WELL_KNOWN.issued);
  expect(read(await bot.say(operator, 'processing lahiri'))).toContain(WELL_KNOWN.processing);
});
