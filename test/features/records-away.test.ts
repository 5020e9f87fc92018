import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { openDesk, read, type TestDesk } from './desk.ts';
import { askToCancel } from './steps.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

/** Somebody else holds the database while `act` goes on, from when `begun` holds until the desk is done. */
async function withoutRecords(act: () => Promise<unknown>, begun: () => boolean): Promise<void> {
  const acting = act();
  while (!begun()) await new Promise(setImmediate);
  const other = new DatabaseSync(desk.databasePath);
  other.exec('begin immediate');
  await acting;
  await desk.idle();
  other.exec('rollback');
  other.close();
}

test('the records go away during the cancel call: nobody is told that nothing was done, and the card ends true', async () => {
  const { card, linkId } = await askToCancel(desk);
  desk.instantpay.fault({ operation: 'cancel', effect: { kind: 'delay', delayMs: 300 } });
  const before = new Set(desk.slack.allMessages);
  await withoutRecords(
    () => desk.people.approver.click(card, 'Approve'),
    () => desk.instantpay.callsOf('cancel').length > 0,
  );
  const told = desk.slack.allMessages.filter((message) => !before.has(message)).map(read);
  expect(told.join('\n')).toContain('Your decision is recorded');
  expect(told.join('\n')).not.toContain('nothing was done');
  await desk.pass(60_000);
  await desk.pass(60_000);
  expect(read(card)).toContain('Link cancelled');
  expect(desk.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
});

test('the records go away during a reminder: its outcome is told, and that it was sent is in the audit', async () => {
  const { operator, admin } = desk.people;
  desk.instantpay.fault({ operation: 'notify', effect: { kind: 'delay', delayMs: 300 } });
  const before = new Set(desk.slack.allMessages);
  await withoutRecords(
    () => operator.command('/payout', `notify ${WELL_KNOWN.issued}`),
    () => desk.instantpay.callsOf('notify').length > 0,
  );
  const told = desk.slack.allMessages.filter((message) => !before.has(message)).map(read);
  expect(told.join('\n')).toContain('Reminder sent');
  expect(read(await desk.say(admin, `audit ${WELL_KNOWN.issued}`))).toContain('reminder sending');
});

test('a write that the records refuse is an error in the log, and readiness says so', async () => {
  const { operator } = desk.people;
  const other = new DatabaseSync(desk.databasePath);
  other.exec('begin immediate');
  await desk.say(operator, `cancel ${WELL_KNOWN.issued} paid twice`);
  const ready = await fetch(`http://127.0.0.1:${desk.app.port}/readyz`);
  other.exec('rollback');
  other.close();
  expect(desk.entries()).toContainEqual(
    expect.objectContaining({ level: 'error', msg: 'store unavailable' }),
  );
  expect(ready.status).toBe(503);
  expect(await ready.text()).toContain('takes no writes');
  expect((await fetch(`http://127.0.0.1:${desk.app.port}/readyz`)).status).toBe(200);
});

test('the records are held by another program: whatever thirty people press and type is acknowledged in time', async () => {
  const { card } = await askToCancel(desk);
  const { approver, operator } = desk.people;
  const other = new DatabaseSync(desk.databasePath);
  other.exec('begin immediate');
  const many = Array.from({ length: 30 }, () => [
    approver.click(card, 'Approve'),
    operator.command('/payout', 'help'),
  ]);
  const delivered = await Promise.all(many.flat());
  expect(delivered.filter(({ ack }) => !ack.acknowledged)).toEqual([]);
  await desk.idle();
  other.exec('rollback');
  other.close();
  await approver.click(card, 'Approve');
  await desk.idle();
  expect(desk.instantpay.callsOf('cancel')).toHaveLength(1);
});
