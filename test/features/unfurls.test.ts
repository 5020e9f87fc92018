/** Owns what stands below the address of a payout link: status, amount and expiry, nothing private, or nothing at all. */

import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import type { Person } from '../../fakes/slack/person.ts';
import { openBot, read, type TestBot } from './bot.ts';

let bot: TestBot;
afterEach(() => bot.close());

const urlOf = (linkId: string): string => {
  const code = bot.instantpay.link(linkId)?.code;
  if (code === undefined) throw new Error(`no link ${linkId}`);
  return `https://instant.pe/${code}`;
};
const posts = async (
  text: string,
  {
    by = bot.people.operator,
    channel = bot.channels.payouts,
  }: { by?: Person; channel?: { id: string } } = {},
): Promise<SlackMessage> => (await by.write(text, { channel })).message;
const shownBelow = async (message: SlackMessage): Promise<string> =>
  bot.slack.waitFor(() => Object.keys(message.unfurls).length > 0 && read(message), { what: 'an unfurl' });

/** What is posted afterwards is shown, so what was posted before never will be. */
async function expectOnlyTheNext(): Promise<void> {
  await shownBelow(await posts(urlOf(WELL_KNOWN.claimed)));
  expect(bot.slack.callsTo('chat.unfurl')).toHaveLength(1);
  expect(bot.slack.allMessages.filter(({ author }) => author === undefined)).toEqual([]);
}

test('status, amount and expiry, and nothing about the recipient', async () => {
  bot = await openBot();
  const message = await posts(`is ${urlOf(WELL_KNOWN.issued)} still open?`);
  const below = await shownBelow(message);
  expect(below).toMatch(/ISSUED · ₹12,500\.50/);
  expect(below).toContain('expires in 5 days');
  const { name, email, mobile } = WELL_KNOWN_PEOPLE.issued;
  const shown = JSON.stringify(message.unfurls);
  for (const secret of [
    name,
    email,
    mobile,
    mobile.slice(-4),
    'vendor payment',
    'office chairs',
    WELL_KNOWN.issued,
  ])
    expect(shown).not.toContain(secret);
});

test('several in one message: each of the first five, whatever its spelling', async () => {
  bot = await openBot();
  const links = bot.instantpay.links('ISSUED').slice(0, 7);
  const message = await posts(links.map(({ code }) => `http://www.instant.pe/${code}`).join(' '));
  await shownBelow(message);
  expect(Object.keys(message.unfurls)).toHaveLength(5);
});

test('in a thread and in a direct message as well', async () => {
  bot = await openBot();
  const { operator } = bot.people;
  const { message: thread } = await operator.write('which one?', { channel: bot.channels.payouts });
  const { message } = await operator.write(urlOf(WELL_KNOWN.issued), {
    channel: bot.channels.payouts,
    thread,
  });
  expect(await shownBelow(message)).toContain('ISSUED');
});

test('not for who may not look: guests, others than VIEWERS, other workspaces, Payout Desk itself; nobody is told', async () => {
  bot = await openBot({ env: { VIEWERS: 'U0ASHA' } });
  const { outsider, admin, operator } = bot.people;
  await posts(urlOf(WELL_KNOWN.issued), { by: outsider });
  await posts(urlOf(WELL_KNOWN.issued), { by: admin });
  const forgeries = [{ user_team: 'T0OTHERCO' }, { user: bot.slack.bot.userId }, { source: 'composer' }];
  for (const forgery of forgeries) {
    await operator.event({ ...linkShared(), ...forgery });
  }
  await expectOnlyTheNext();
});

test('not where Payout Desk is no member, and not for other addresses', async () => {
  bot = await openBot();
  await posts(urlOf(WELL_KNOWN.issued), { channel: bot.channels.withoutBot });
  await posts('https://instant.pe.evil.example/LS25FH and https://evil.example/instant.pe/LS25FH');
  await expectOnlyTheNext();
});

test('an address of no link, InstantPay away, Slack refusing: nothing below, nothing said', async () => {
  bot = await openBot();
  await posts('https://instant.pe/NOSUCHLINK');
  bot.instantpay.fault({ operation: 'list', effect: { kind: 'html500' }, times: 0 });
  await posts(urlOf(WELL_KNOWN.issued));
  bot.instantpay.clearFaults();
  bot.slack.faults.set('chat.unfurl', { kind: 'error', error: 'cannot_unfurl_message' });
  await posts(urlOf(WELL_KNOWN.issued));
  await bot.slack.waitFor(() => bot.lines.some((line) => line.includes('unfurl refused')), {
    what: 'the refusal',
  });
  expect(bot.slack.allMessages.filter(({ author }) => author === undefined)).toEqual([]);
  expect(bot.entries().filter(({ msg }) => msg === 'unfurl failed')).toEqual([]);
});

/** As Slack tells of an address in a message of the operator’s, without a message. */
function linkShared() {
  return {
    type: 'link_shared',
    channel: bot.channels.payouts.id,
    user: bot.people.operator.id,
    message_ts: '1.000001',
    is_bot_user_member: true,
    links: [{ domain: 'instant.pe', url: urlOf(WELL_KNOWN.issued) }],
    source: 'conversations_history',
    event_ts: '1.000001',
  };
}
