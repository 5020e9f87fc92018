import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDesk, read, type TestDesk } from './desk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

/** An ISSUED link of the local InstantPay. */
function issued(nth = 0): string {
  const link = desk.instantpay.links('ISSUED')[nth];
  if (!link) throw new Error('no ISSUED link');
  return link.linkId;
}

async function requested(reason = 'duplicate of invoice 118') {
  const linkId = issued();
  const { operator } = desk.people;
  const answer = await desk.say(operator, `cancel ${linkId} ${reason}`);
  const card = await desk.slack.message(desk.channels.approvals, (message) => message.text !== '');
  return { linkId, answer, card };
}

test('a second person approves, the link is cancelled once, every card says so', async () => {
  const { linkId, answer, card } = await requested();
  expect(read(answer)).toContain('approv');
  expect(read(card)).toContain('[Approve]');
  await desk.people.approver.click(card, 'Approve');
  await desk.slack.waitFor(() => desk.instantpay.callsOf('cancel').length > 0);
  await desk.slack.waitFor(() => !read(card).includes('[Approve]'));
  await new Promise((r) => setTimeout(r, 500));
  expect(desk.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  const told = await desk.slack.message(desk.channels.payouts, (message) =>
    message.text.includes(desk.people.operator.id),
  );
  console.log(read(answer), '\n', read(card), '\n', read(told));
});
