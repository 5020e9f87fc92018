/** Owns several links in one request over HTTP, on both engines: selected, decided, cancelled and told each on its own. */

import { afterEach, describe, expect, test } from 'vitest';
import { LEFT_OUT } from '../../src/payouts/cancel/words.ts';
import { HOUR_MS } from '../../src/payouts/time.ts';
import { BATCH_TITLES, LINK_LEFT_OUT } from '../../src/slack/views/batch-words.ts';
import { OUTCOME_TITLES } from '../../src/slack/views/outcome-words.ts';
import { STATE_TITLES } from '../../src/slack/views/approval-words.ts';
import { BUTTON_NOT_VALID } from '../../src/slack/buttons/values.ts';
import { databases, ENGINES } from '../store/engines.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { approve, the, toldDirectly } from './steps.ts';
import { BOXES, requestSeveral, selecting } from './several.ts';

let bot: TestBot;
afterEach(() => bot.close());

const told = () => toldDirectly(bot, bot.people.operator).map(read);
const calls = () => bot.instantpay.calls.filter(({ operation }) => operation === 'cancel');
const calledLinks = () => sorted(calls().map(({ linkId }) => linkId));
const sorted = (ids: readonly (string | undefined)[]) =>
  ids.map(String).toSorted((one, other) => (one < other ? -1 : 1));

describe.each(ENGINES)('several links on %s', (engine) => {
  const fresh = databases(engine);
  async function open(env: Record<string, string> = {}): Promise<void> {
    const { url } = await fresh();
    bot = await openBot({ env: { INSTANTPAY_TIMEOUT: '1s', DATABASE_URL: url, ...env } });
  }

  test('three approved, one not selected, one claimed meanwhile, one whose answer is lost: each comes to its own end', async () => {
    await open();
    const { links, card } = await requestSeveral(bot, 5);
    const [one, two, out, claimed, lost] = [
      the(links, 0),
      the(links, 1),
      the(links, 2),
      the(links, 3),
      the(links, 4),
    ];
    for (const [index] of links.entries()) expect(read(card)).toContain(`Recipient ${index + 1}`);
    expect(read(card)).toContain('5 links, ₹15,000.00 in total');
    bot.instantpay.setStatus(claimed.linkId, 'CLAIMED');
    bot.instantpay.fault({
      operation: 'cancel',
      linkId: lost.linkId,
      effect: { kind: 'reset', when: 'after' },
    });

    const values = selecting(links, [one, two, claimed, lost]);
    await bot.done(() => bot.people.approver.click(card, 'Approve', { values }));

    expect(calledLinks()).toEqual(sorted([one.linkId, two.linkId, lost.linkId]));
    const shown = read(card);
    expect(shown).toContain('2 of 5 links cancelled');
    expect(shown).not.toContain('[Approve]');
    const lineOf = (name: string) => shown.split('\n').find((line) => line.includes(name));
    expect(lineOf('Recipient 1')).toContain(OUTCOME_TITLES.cancelled);
    expect(lineOf('Recipient 3')).toContain(LINK_LEFT_OUT);
    expect(lineOf('Recipient 4')).toContain(OUTCOME_TITLES.link_changed);
    expect(lineOf('Recipient 5')).toContain(STATE_TITLES.unknown);
    expect(told()).toHaveLength(1);
    expect(told().join()).toContain(STATE_TITLES.unknown);

    await bot.pass(5_000);
    expect(read(card)).toContain('3 of 5 links cancelled');
    expect(told()).toHaveLength(1);
    expect(told().join()).toContain('3 of 5 links cancelled');
    expect(calls()).toHaveLength(3);
    expect(bot.instantpay.link(out.linkId)?.status).toBe('ISSUED');
    // Each link has rows of its own, all under the one request.
    await bot.stop();
    await bot.onStore(async (store) => {
      const rows = await store.audit.list({ limit: 99 });
      const actions = (linkId: string) =>
        rows
          .filter((row) => row.linkId === linkId)
          .map(({ action }) => action)
          .toReversed();
      expect(actions(one.linkId)).toEqual([
        'cancel.requested',
        'cancel.approved',
        'cancel.started',
        'cancel.executed',
      ]);
      expect(actions(out.linkId)).toEqual(['cancel.requested', 'cancel.rejected']);
      expect(rows.find((row) => row.linkId === out.linkId)?.reason).toBe(LEFT_OUT);
      expect(new Set(rows.map(({ cancelRequestId }) => cancelRequestId)).size).toBe(1);
    });
    await bot.start();
  });

  test('of twenty links the card is edited a few times, and the requester told once', async () => {
    await open();
    const { links, card } = await requestSeveral(bot, 20);
    await approve(bot, card);
    expect(calledLinks()).toEqual(sorted(links.map(({ linkId }) => linkId)));
    expect(read(card)).toContain('20 of 20 links cancelled');
    expect(card.edits.length).toBeLessThanOrEqual(3);
    expect(told()).toHaveLength(1);
  });

  test('two approvers: what the first does not select stays out, and is no longer offered', async () => {
    await open();
    const { links, card } = await requestSeveral(bot, 3, { approvalsRequired: 2 });
    const values = selecting(links, [the(links, 0), the(links, 2)]);
    await bot.done(() => bot.people.approver.click(card, 'Approve', { values }));
    expect(calls()).toEqual([]);
    expect(read(card)).not.toContain('[x] ₹2,000.00 to Recipient 2');
    expect(read(card)).toContain(LINK_LEFT_OUT);
    // The second approver's screen lags behind: all three are selected there.
    await bot.done(() =>
      bot.people.secondApprover.click(card, 'Approve', { stale: true, values: selecting(links, links) }),
    );
    expect(calledLinks()).toEqual(sorted([the(links, 0).linkId, the(links, 2).linkId]));
    expect(read(card)).toContain('2 of 3 links cancelled');
  });

  test('a withdrawal takes all of them back, and nothing is sent', async () => {
    await open();
    const { card } = await requestSeveral(bot, 3);
    const list = await bot.say(bot.people.operator, 'approvals');
    await bot.done(() => bot.people.operator.click(list, 'Withdraw'));
    expect(read(card)).toContain(BATCH_TITLES.withdrawn);
    expect(calls()).toEqual([]);
    await approve(bot, card, bot.people.approver).catch(() => undefined);
    expect(calls()).toEqual([]);
  });

  test('approvers are nudged once, and all expire at the same time', async () => {
    await open();
    const { card } = await requestSeveral(bot, 4);
    await bot.pass(12 * HOUR_MS);
    const nudges = () =>
      bot.slack.messages(bot.channels.approvals).filter((message) => read(message).startsWith('⏰'));
    expect(nudges()).toHaveLength(1);
    expect(read(the(nudges()))).toContain('Recipient 4');
    await bot.pass(6 * HOUR_MS);
    await bot.pass(3 * HOUR_MS);
    await bot.pass(3 * HOUR_MS);
    expect(read(card)).toContain(BATCH_TITLES.expired);
    expect(told()).toHaveLength(1);
    expect(calls()).toEqual([]);
  });

  test('a process that stops between two links: the next one cancels the rest, none twice', async () => {
    await open();
    const { links, card } = await requestSeveral(bot, 6);
    bot.instantpay.fault({
      operation: 'track',
      linkId: the(links, 4).linkId,
      effect: { kind: 'delay', delayMs: 400 },
    });
    const clicked = bot.people.approver.click(card, 'Approve');
    await bot.slack.waitFor(() => calls().length >= 2, { what: 'two calls' });
    await bot.stop();
    await clicked;
    await bot.start();
    await bot.pass(60_000);
    await bot.pass(60_000);
    expect(calledLinks()).toEqual(sorted(links.map(({ linkId }) => linkId)));
    expect(read(card)).toContain('6 of 6 links cancelled');
    expect(told()).toHaveLength(1);
  });
});

describe('what a click carries', () => {
  test('selecting nothing is no approval: the person is told, and the card keeps its buttons', async () => {
    bot = await openBot();
    const { links, card } = await requestSeveral(bot, 3);
    const values = selecting(links, []);
    const answer = await bot.answerTo(bot.people.approver, () =>
      bot.people.approver.click(card, 'Approve', { values }),
    );
    expect(read(answer)).toContain('No link is selected');
    expect(read(card)).toContain('[Approve]');
    expect(calls()).toEqual([]);
  });

  test('a box of a link that is none of the request is refused, and nothing is decided', async () => {
    bot = await openBot();
    const { card } = await requestSeveral(bot, 3);
    const other = bot.instantpay.addLink().linkId;
    const forge = (payload: Record<string, unknown>) =>
      JSON.parse(
        JSON.stringify(payload).replace(
          /"selected_options":\[\{[^\]]*\]/,
          `"selected_options":[{"value":"${other}"}]`,
        ),
      );
    const answer = await bot.answerTo(bot.people.approver, () =>
      bot.people.approver.click(card, 'Approve', { forge }),
    );
    expect(read(answer)).toContain(BUTTON_NOT_VALID);
    expect(read(card)).toContain('[Approve]');
    expect(calls()).toEqual([]);
  });

  test('a box that is clicked changes nothing by itself and is not answered', async () => {
    bot = await openBot();
    const { links, card } = await requestSeveral(bot, 2);
    const before = bot.slack.allMessages.length;
    await bot.done(() => bot.people.operator.choose(card, BOXES, [the(links, 0).linkId]));
    expect(bot.slack.allMessages).toHaveLength(before);
    expect(card.edits).toEqual([]);
  });

  test('an emergency approval leaves out what was not selected when its form opened', async () => {
    bot = await openBot({ env: { BREAK_GLASS: 'true' } });
    const { links, card } = await requestSeveral(bot, 3, { approvalsRequired: 2, emergencyAllowed: true });
    const { admin } = bot.people;
    const values = selecting(links, [the(links, 1)]);
    await admin.click(card, 'Emergency approval', { values });
    const form = await admin.modal();
    expect(JSON.stringify(form.view)).toContain('1 of 3 links, ₹2,000.00 in total');
    await bot.done(() => admin.submit(form, { 'reason.text': 'The bank closes at noon' }));
    expect(calledLinks()).toEqual([the(links, 1).linkId]);
    expect(read(card)).toContain('1 of 3 links cancelled');
  });
});
