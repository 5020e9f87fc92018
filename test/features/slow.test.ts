/** Owns the three seconds: whatever InstantPay, Slack or the store do, every delivery is acknowledged and every person answered. */

import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { openDesk, read, type TestDesk } from './desk.ts';
import { askToCancel } from './steps.ts';

let desk: TestDesk;
afterEach(() => desk.close());

const COMMANDS = [
  `track ${WELL_KNOWN.issued}`,
  'track Zubin',
  'list',
  `notify ${WELL_KNOWN.issued}`,
  `cancel ${WELL_KNOWN.issued} paid twice`,
  'txn VENDOR-2041 yesterday',
  'digest',
];

test('InstantPay hangs: acknowledged, then a friendly sentence with a reference, never a stack', async () => {
  desk = await openDesk({ patience: 'as shipped', env: { INSTANTPAY_TIMEOUT: '300ms' } });
  const { operator } = desk.people;
  desk.instantpay.fault({ effect: { kind: 'noHeaders' }, times: 0 });
  const sent = await Promise.all(COMMANDS.map((text) => operator.command('/payout', text)));
  for (const delivered of sent)
    expect(delivered.ack).toMatchObject({ acknowledged: true, status: 200, body: '' });
  const answers = await Promise.all(sent.map((delivered) => delivered.answer(1, { withinMs: 15_000 })));
  await desk.idle();
  for (const answer of answers) {
    expect(read(answer)).toMatch(/did not answer in time|could not finish|no usable answer|incomplete/);
    expect(read(answer)).not.toMatch(/\.ts:|Error|undefined/);
  }
  const failed = answers
    .map(read)
    .filter((text) => text.includes('did not answer in time') && text.includes('Reference'));
  expect(failed.length).toBeGreaterThanOrEqual(3);
  const references = failed.map((text) => /Reference ([A-Z0-9]{8})/.exec(text)?.[1]);
  for (const reference of references) expect(desk.lines.join()).toContain(reference);
});

test('InstantPay takes more than five seconds: acknowledged at once, answered when it comes', async () => {
  desk = await openDesk({ patience: 'as shipped', env: { INSTANTPAY_TIMEOUT: '15s' } });
  const { operator, approver } = desk.people;
  const shown = await desk.say(operator, `track ${WELL_KNOWN.claimed}`);
  const { card } = await askToCancel(desk, { linkId: WELL_KNOWN.issuedLarge });
  for (const operation of ['track', 'list'] as const)
    desk.instantpay.fault({ operation, effect: { kind: 'delay', delayMs: 5_200 }, times: 0 });
  const asked = await operator.command('/payout', `cancel ${WELL_KNOWN.issued}`);
  const modal = await operator.modal();
  const all = await Promise.all([
    operator.command('/payout', `track ${WELL_KNOWN.issued}`),
    operator.click(shown, 'Refresh'),
    approver.click(card, 'Approve'),
    operator.submit(modal, { reason: 'paid twice' }),
  ]);
  for (const { ack } of all) expect(ack.acknowledged).toBe(true);
  expect(operator.notices()).toEqual([]);
  expect(read(card)).not.toContain('Link cancelled');
  const [tracked] = all;
  await desk.idle();
  expect(read(await tracked.answer())).toContain('ISSUED');
  expect(read(await asked.answer())).toContain('Approval asked for');
  expect(read(card)).toContain('Link cancelled');
  expect(desk.instantpay.callsOf('cancel')).toHaveLength(1);
});

test('the store is held by something else: acknowledged, nothing is done, and the person is told so', async () => {
  desk = await openDesk({ patience: 'as shipped' });
  const { operator, approver } = desk.people;
  const { card, linkId } = await askToCancel(desk, { linkId: WELL_KNOWN.issuedLarge });
  const other = new DatabaseSync(desk.databasePath);
  other.exec('begin immediate');
  const sent = [
    await operator.command('/payout', `notify ${WELL_KNOWN.issued}`),
    await operator.command('/payout', `cancel ${WELL_KNOWN.issued} paid twice`),
    await approver.click(card, 'Approve'),
  ];
  for (const { ack } of sent) expect(ack.acknowledged).toBe(true);
  for (const delivered of sent) {
    const text = read(await delivered.answer());
    expect(text).toContain('records cannot be reached');
    expect(text).toMatch(/Reference [A-Z0-9]{8}/);
  }
  await desk.idle();
  expect(desk.instantpay.callsOf('cancel')).toHaveLength(0);
  expect(desk.instantpay.callsOf('notify')).toHaveLength(0);
  other.exec('rollback');
  other.close();
  await desk.done(() => approver.click(card, 'Approve'));
  expect(desk.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  expect(read(card)).toContain('Link cancelled');
});

test('the store fails between the call and its record: no second call, and tracking finds the truth', async () => {
  desk = await openDesk({ patience: 'as shipped' });
  const { approver, operator } = desk.people;
  const { card, linkId } = await askToCancel(desk);
  desk.instantpay.fault({ operation: 'cancel', effect: { kind: 'delay', delayMs: 500 } });
  const clicked = approver.click(card, 'Approve');
  await desk.slack.waitFor(() => desk.instantpay.callsOf('cancel').length === 1);
  await desk.slack.waitFor(() => read(card).includes('Cancellation started, no answer yet'));
  const other = new DatabaseSync(desk.databasePath);
  other.exec('begin immediate');
  await clicked;
  await desk.idle();
  other.exec('rollback');
  other.close();
  expect(desk.instantpay.link(linkId)?.status).toBe('CANCELLED');
  expect(read(card)).not.toContain('Link cancelled');
  await desk.pass(60_000);
  expect(read(card)).toContain('Link cancelled');
  expect(desk.instantpay.callsOf('cancel')).toHaveLength(1);
  expect(desk.slack.messages(operator.directMessages).map(read).join()).toContain('Link cancelled');
  expect(operator.notices()).toEqual([]);
});

test('Slack does not open the form: said, and nothing is lost', async () => {
  desk = await openDesk({ patience: 'as shipped' });
  const { operator } = desk.people;
  for (const fault of [{ kind: 'error', error: 'expired_trigger_id' }, { kind: 'drop' }] as const) {
    desk.slack.faults.set('views.open', fault, 1);
    const answer = await desk.say(operator, `cancel ${WELL_KNOWN.issued}`);
    expect(read(answer)).toContain('Slack did not open the form in time');
  }
});
