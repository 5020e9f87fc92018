/** Owns emergency approval over HTTP: administrators alone, with a typed reason, announced, never the own request. */

import { notPermitted } from '../../src/payouts/access-words.ts';
import { EMERGENCY_APPROVAL } from '../../src/slack/views/approval-parts.ts';
import { describe, expect, test } from 'vitest';
import { ACTION_IDS, VIEW_IDS } from '../../src/slack/block-kit/ids.ts';
import { read } from '../features/bot.ts';
import { askToCancel } from '../features/steps.ts';
import { forgedAction, forgedView } from './forge.ts';
import { auditedApp, refusals } from './audited-app.ts';
import { NO_EMERGENCY, OWN_REQUEST } from '../../src/slack/views/approval-answers.ts';
import { EMERGENCY_OFF } from '../../src/payouts/cancel/words.ts';

const app = auditedApp();

describe('emergency approval', () => {
  const env = { BREAK_GLASS: 'true', APPROVALS_REQUIRED_ABOVE: '1' };

  test('an administrator approves alone, with a typed reason, announced in the channel', async () => {
    await app.open({ env });
    const { admin } = app.bot.people;
    const { linkId, card } = await askToCancel(app.bot);
    await admin.click(card, EMERGENCY_APPROVAL);
    const modal = await admin.modal();
    await admin.submit(modal, { reason: '  ' }, { lenient: true });
    expect(modal.isOpen).toBe(true);
    expect(app.cancels()).toHaveLength(0);
    await app.bot.done(() => admin.submit(modal, { reason: 'Fraud in progress, call 9820011101' }));
    expect(app.cancels()).toHaveLength(1);
    expect(read(card)).toContain('Link cancelled');
    const announced = app.bot.slack
      .messages(app.bot.channels.approvals)
      .filter((message) => message.text.startsWith(EMERGENCY_APPROVAL));
    expect(announced).toHaveLength(1);
    const [announcement] = announced.map(read);
    expect(announcement).toContain(`@${admin.id}`);
    expect(announcement).toContain('Fraud in progress');
    expect(announcement).not.toContain('9820011101');
    const rows = await app.auditRows();
    expect(rows.filter((row) => row.action === 'cancel.emergency_approved')).toMatchObject([
      { actorId: admin.id, linkId, reason: 'Fraud in progress, call ******1101' },
    ]);
  });

  test('never the requester, and nobody who is no administrator', async () => {
    await app.open({ env: { ...env, ADMINS: 'U0KAVYA,U0ASHA' } });
    const { operator, approver, secondApprover } = app.bot.people;
    const { card } = await askToCancel(app.bot);
    await operator.click(card, EMERGENCY_APPROVAL);
    const modal = await operator.modal();
    const own = await app.bot.answerTo(operator, () => operator.submit(modal, { reason: 'I am in a hurry' }));
    expect(read(own)).toContain(OWN_REQUEST);
    for (const person of [approver, secondApprover]) {
      const answer = await app.bot.answerTo(person, () => person.click(card, EMERGENCY_APPROVAL));
      expect(read(answer)).toContain(notPermitted('administer'));
    }
    expect(app.cancels()).toHaveLength(0);
    expect(read(card)).toContain('[Approve]');
    const rows = await app.auditRows();
    expect(refusals(rows, operator).map((row) => row.outcome)).toEqual(['own_request']);
    expect(refusals(rows, approver)).toHaveLength(1);
    expect(refusals(rows, secondApprover)).toHaveLength(1);
  });

  test('switched off: no button, and no way by forged ids of buttons or forms', async () => {
    await app.open({ env: { APPROVALS_REQUIRED_ABOVE: '1', ADMINS: 'U0VIKRAM' } });
    // An approver and administrator in one, who may open the other forms.
    const { approver } = app.bot.people;
    const { card } = await askToCancel(app.bot);
    expect(read(card)).not.toContain(EMERGENCY_APPROVAL);
    const click = await app.bot.answerTo(approver, () =>
      approver.click(card, 'Approve', { forge: forgedAction({ action_id: ACTION_IDS.approvalEmergency }) }),
    );
    expect(read(click)).toContain(EMERGENCY_OFF);
    expect(app.bot.slack.views.filter((view) => view.type === 'modal')).toEqual([]);
    await approver.click(card, 'Reject');
    const modal = await approver.modal();
    await app.bot.idle();
    const form = await app.bot.answerTo(approver, () =>
      approver.submit(
        modal,
        { reason: 'I am in a hurry' },
        { forge: forgedView({ callback_id: VIEW_IDS.emergencyReason }) },
      ),
    );
    expect(read(form)).toContain(EMERGENCY_OFF);
    expect(app.cancels()).toHaveLength(0);
    expect(read(card)).toContain('[Approve]');
    expect(refusals(await app.auditRows(), approver).map((row) => row.outcome)).toEqual([
      'emergency_off',
      'emergency_off',
    ]);
  });

  test('switched on later: a request from before keeps the ordinary rule', async () => {
    await app.open({ env: { APPROVALS_REQUIRED_ABOVE: '1' } });
    const { admin } = app.bot.people;
    const { card } = await askToCancel(app.bot);
    await app.bot.stop();
    Object.assign(app.bot.env, { BREAK_GLASS: 'true' });
    await app.bot.start();
    await admin.click(card, 'Approve', { forge: forgedAction({ action_id: ACTION_IDS.approvalEmergency }) });
    const modal = await admin.modal();
    const answer = await app.bot.answerTo(admin, () => admin.submit(modal, { reason: 'I am in a hurry' }));
    expect(read(answer)).toContain(NO_EMERGENCY);
    expect(app.cancels()).toHaveLength(0);
    expect(refusals(await app.auditRows(), admin).map((row) => row.outcome)).toEqual(['no_emergency']);
  });
});
