/** Owns forged deliveries over HTTP: each value, place and form that is not ours is refused, changes nothing and is audited. */

import { BUTTON_NOT_VALID, FORM_NOT_VALID } from '../../src/slack/buttons/values.ts';
import { NOT_FOUND } from '../../src/payouts/cancel/words.ts';
import { describe, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import type { JsonObject } from '../../fakes/slack/json.ts';
import { encodeListQuery } from '../../src/slack/block-kit/list-values.ts';
import { createSeal } from '../../src/slack/block-kit/seal.ts';
import { read } from '../features/bot.ts';
import { requestIdOf, askToCancel } from '../features/steps.ts';
import { forgedAction, forgedView } from './forge.ts';
import { auditedApp, outcomesOf, refusals } from './audited-app.ts';
import { OWN_REQUEST } from '../../src/slack/views/approval-answers.ts';

const app = auditedApp();

const OPENS_FORM: ReadonlySet<string> = new Set(['Cancel link', 'Request cancellation …']);

describe('forged values', () => {
  const NOT_OURS = new RegExp([BUTTON_NOT_VALID, NOT_FOUND, FORM_NOT_VALID].join('|'));

  test('of the buttons of an approval', async () => {
    await app.open();
    const { approver, operator } = app.bot.people;
    const { card, answer: opened } = await askToCancel(app.bot);
    const id = requestIdOf(card);
    const values = [
      '00000000-0000-4000-8000-000000000000',
      WELL_KNOWN.issued,
      '',
      ' ',
      ` ${id}`,
      `${id}\n`,
      `${id}'--`,
      id.toUpperCase(),
      id.slice(0, -1),
      JSON.stringify({ id }),
      JSON.stringify({ cancelRequestId: id, by: 'U0VIKRAM', approvalsRequired: 0 }),
      JSON.stringify([id]),
      "' or 1=1 --",
      '../../x',
      '__proto__',
      'constructor',
      'x'.repeat(2_000),
      '\u0000',
    ];
    for (const value of values) {
      for (const button of ['Approve', 'Reject']) {
        const answer = await app.bot.answerTo(approver, () => approver.click(card, button, { value }));
        expect(read(answer), `${button} ${JSON.stringify(value)}`).toMatch(NOT_OURS);
      }
      const answer = await app.bot.answerTo(operator, () => operator.click(opened, 'Withdraw', { value }));
      expect(read(answer)).toMatch(NOT_OURS);
    }
    const shapes: unknown[] = [null, 1, true, [id], { id }, undefined];
    for (const value of shapes) {
      const answer = await app.bot.answerTo(approver, () =>
        approver.click(card, 'Approve', { forge: forgedAction({ value }) }),
      );
      expect(read(answer)).toMatch(NOT_OURS);
    }
    expect(app.cancels()).toHaveLength(0);
    expect(read(card)).toContain('[Approve]');
    expect(app.bot.slack.views.filter((view) => view.type === 'modal')).toEqual([]);
    const rows = await app.auditRows();
    const refused = [refusals(rows, approver), refusals(rows, operator)];
    expect(refused.map((each) => each.length)).toEqual([values.length * 2 + shapes.length, values.length]);
    expect(outcomesOf(refused.flat())).toEqual(new Set(['not_ours', 'request_unknown']));
  });

  test('another request’s id does not get round the rule that nobody decides on their own request', async () => {
    await app.open();
    const { secondApprover, approver } = app.bot.people;
    const own = await askToCancel(app.bot, { by: secondApprover });
    const other = await askToCancel(app.bot, { linkId: WELL_KNOWN.issuedLarge });
    const value = requestIdOf(own.card);
    const answer = await app.bot.answerTo(secondApprover, () =>
      secondApprover.click(other.card, 'Approve', { value }),
    );
    expect(read(answer)).toContain(OWN_REQUEST);
    // Nor does a name that Slack did not sign for: the person is the one Slack names.
    const injected = await app.bot.answerTo(secondApprover, () =>
      secondApprover.click(own.card, 'Approve', {
        forge: forgedAction({ value, user: { id: approver.id }, user_id: approver.id, actor: approver.id }),
      }),
    );
    expect(read(injected)).toContain(OWN_REQUEST);
    expect(app.cancels()).toHaveLength(0);
    const rows = refusals(await app.auditRows(), secondApprover);
    expect(rows.map((row) => row.outcome)).toEqual(['own_request', 'own_request']);
  });

  test('of the buttons of a link, a list and a transaction', async () => {
    await app.open();
    const { operator } = app.bot.people;
    const { card: approvalCard } = await askToCancel(app.bot);
    const card = await app.bot.say(operator, `track ${WELL_KNOWN.issuedLarge}`);
    const list = await app.bot.say(operator, 'list');
    const transaction = await app.bot.say(operator, 'txn VENDOR-2041 yesterday');
    const calls = app.bot.instantpay.calls.length;
    const seal = createSeal(app.bot.slack.botToken);
    const another = createSeal('xoxb-another-desk');
    const page = { pageNumber: 2, statuses: [], contact: undefined };
    const sealed = encodeListQuery(page, seal);
    const links = [
      requestIdOf(approvalCard),
      '',
      'zz70a0000000000000000001',
      `${WELL_KNOWN.issuedLarge} `,
      WELL_KNOWN.issuedLarge.slice(1),
      JSON.stringify({ linkId: WELL_KNOWN.issuedLarge }),
      '../cancel',
      `${WELL_KNOWN.issuedLarge}/../cancel`,
    ];
    const forged: [SlackMessage, string, JsonObject][] = [
      ...links.flatMap((value): [SlackMessage, string, JsonObject][] =>
        ['Refresh', 'Send reminder', 'Cancel link', 'Share here'].map((button) => [card, button, { value }]),
      ),
      [list, 'Older', { value: encodeListQuery(page, another) }],
      [list, 'Older', { value: `${sealed.slice(0, -2)}AA` }],
      [list, 'Older', { value: sealed.slice(1) }],
      [list, 'Older', { value: JSON.stringify(page) }],
      [list, 'Older', { value: seal.seal(JSON.stringify({ ...page, all: true })) }],
      [list, 'Older', { value: seal.seal(JSON.stringify({ ...page, pageNumber: -1 })) }],
      [list, 'Older', { value: seal.seal(JSON.stringify({ ...page, statuses: ['ANY'] })) }],
      [list, 'Older', { value: '' }],
      ...[
        '',
        ',',
        `${WELL_KNOWN.issued},`,
        `${WELL_KNOWN.issued} ${WELL_KNOWN.claimed}`,
        Array.from({ length: 21 }, () => WELL_KNOWN.issued).join(','),
      ].map((value): [SlackMessage, string, JsonObject] => [list, 'Request cancellation …', { value }]),
      [transaction, 'Share here', { value: 'VENDOR-2041' }],
      ...[
        { externalRef: 'VENDOR-2041', date: '2026-11-19', aeps: false, force: true },
        { externalRef: 'NA', date: '2026-11-19', aeps: false },
        { externalRef: 'VENDOR-2041', date: 'yesterday', aeps: false },
        { externalRef: 'VENDOR-2041', date: '2026-11-19', aeps: 'false' },
      ].map((value): [SlackMessage, string, JsonObject] => [
        transaction,
        'Share here',
        { value: JSON.stringify(value) },
      ]),
    ];
    for (const [message, button, changes] of forged) {
      const click = () => operator.click(message, button, { forge: forgedAction(changes) });
      // A form opens before the value is read: there the answer is.
      const answer = OPENS_FORM.has(button)
        ? await app.bot.done(click).then(() => operator.modal())
        : await app.bot.answerTo(operator, click);
      expect(read(answer), `${button} ${JSON.stringify(changes)}`).toMatch(NOT_OURS);
    }
    expect(app.bot.instantpay.calls).toHaveLength(calls);
    const refused = refusals(await app.auditRows(), operator);
    expect(refused).toHaveLength(forged.length);
    expect(outcomesOf(refused)).toEqual(new Set(['not_ours']));
  });

  test('of forms: metadata of another installation, of another form, edited or empty', async () => {
    await app.open();
    const { approver, operator } = app.bot.people;
    const { card } = await askToCancel(app.bot);
    const id = requestIdOf(card);
    const channelId = app.bot.channels.payouts.id;
    const another = createSeal('xoxb-another-desk');
    await approver.click(card, 'Reject');
    const reject = await approver.modal();
    await app.bot.idle();
    const seal = createSeal(app.bot.slack.botToken);
    const forged = [
      '',
      '{}',
      'null',
      JSON.stringify({ channelId, cancelRequestId: id }),
      JSON.stringify({ channelId, sealed: another.seal(JSON.stringify({ cancelRequestId: id })) }),
      JSON.stringify({
        channelId,
        sealed: seal.seal(JSON.stringify({ cancelRequestId: id, by: operator.id })),
      }),
      JSON.stringify({
        channelId,
        sealed: seal.seal(JSON.stringify({ cancelRequestId: id })),
        by: operator.id,
      }),
      JSON.stringify({
        channelId,
        sealed: seal.seal(JSON.stringify({ target: { kind: 'id', linkId: WELL_KNOWN.issued } })),
      }),
      JSON.stringify({ channelId, sealed: 'AAAA' }),
    ];
    for (const private_metadata of forged) {
      const answer = await app.bot.answerTo(approver, () =>
        approver.submit(reject, { reason: 'not this one' }, { forge: forgedView({ private_metadata }) }),
      );
      reject.isOpen = true;
      expect(read(answer), private_metadata).toMatch(NOT_OURS);
    }
    expect(read(card)).toContain('[Approve]');
    // One of the forms Payout Desk does open, sent by somebody who may not decide.
    await app.bot.done(() => approver.submit(reject, { reason: 'not this one' }, { userId: operator.id }));
    expect(read(card)).toContain('[Approve]');
    const rows = await app.auditRows();
    expect(refusals(rows, approver)).toHaveLength(forged.length);
    expect(refusals(rows, operator)).toHaveLength(1);
  });
});
