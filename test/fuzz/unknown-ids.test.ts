/** Tests that an ID which is not one of ours finds no route, also where a plain object would have one: access fails closed. */

import { afterEach, expect, test } from 'vitest';
import { judge } from '../../src/payouts/access.ts';
import { buttonRoute, formRoute } from '../../src/slack/routes.ts';
import { openDesk, read, type TestDesk } from '../features/desk.ts';
import { askToCancel } from '../features/steps.ts';
import { CHECKER, makeDesk } from '../payouts/setup.ts';
import { forgedAction, forgedView } from './forge.ts';

const NOT_OURS = [
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'approval.approve2',
  '',
];

let desk: TestDesk | undefined;
afterEach(() => desk?.close());

test.each(NOT_OURS)('no button and no form is called "%s"', (id) => {
  expect(buttonRoute(id)).toBeUndefined();
  expect(formRoute(id)).toBeUndefined();
});

test.each(['constructor', '__proto__', 'toString', 'own'])(
  'a permission called "%s" is nobody’s',
  async (name) => {
    const { policy, directory } = makeDesk();
    // @ts-expect-error: as an unchecked caller would hand it in.
    expect(await judge(policy, directory, CHECKER, name)).toMatchObject({ allowed: false });
  },
);

test('a click and a form with such an ID are acknowledged, answered and change nothing', async () => {
  desk = await openDesk();
  const { approver } = desk.people;
  const { card } = await askToCancel(desk);
  for (const action_id of NOT_OURS.filter((id) => id !== '')) {
    const answer = await desk.answerTo(approver, () =>
      approver.click(card, 'Approve', { forge: forgedAction({ action_id }) }),
    );
    expect(read(answer)).toContain('This button is out of date');
  }
  await approver.click(card, 'Reject');
  const modal = await approver.modal();
  await desk.idle();
  for (const callback_id of NOT_OURS.filter((id) => id !== '')) {
    modal.isOpen = true;
    const answer = await desk.answerTo(approver, () =>
      approver.submit(modal, { reason: 'not this one' }, { forge: forgedView({ callback_id }) }),
    );
    expect(read(answer)).toContain('This form is out of date');
  }
  const unanswered = desk.slack.deliveries.filter(
    ({ outbound, acks }) =>
      outbound.payload['type'] !== undefined && !acks.some(({ acknowledged }) => acknowledged),
  );
  expect(unanswered).toEqual([]);
  expect(desk.entries().filter(({ status }) => status === 'unexpected')).toEqual([]);
  expect(desk.instantpay.callsOf('cancel')).toHaveLength(0);
  expect(read(card)).toContain('[Approve]');
});
