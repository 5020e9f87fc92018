import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDesk, read, type TestDesk } from './desk.ts';

let desk: TestDesk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

test('an administrator sees the private details alone, and the audit says so', async () => {
  const { admin, operator } = desk.people;
  const link = desk.instantpay.links('CLAIMED')[0];
  if (!link) throw new Error('no CLAIMED link');
  const card = await desk.say(admin, `track ${link.linkId}`);
  expect(read(card)).toContain('[Reveal]');
  expect(read(card)).not.toContain(link.person.mobile);
  const details = await desk.answerTo(admin, () => admin.click(card, 'Reveal'));
  expect(details.ephemeralFor).toBe(admin.id);
  expect(read(details)).toContain(link.person.mobile);
  expect(read(details)).toContain(link.person.email);
  expect(details.text).not.toContain(link.person.mobile);
  const audit = await desk.say(admin, `audit ${link.linkId}`);
  expect(read(audit)).toContain('private details revealed');
  expect(desk.lines.join('')).not.toContain(link.person.mobile);
  expect(read(await desk.say(operator, `track ${link.linkId}`))).not.toContain('[Reveal]');
});

test('whoever is no administrator gets nothing by a forged button, and the refusal is audited', async () => {
  const { admin, operator } = desk.people;
  const link = desk.instantpay.links('ISSUED')[0];
  if (!link) throw new Error('no ISSUED link');
  const card = await desk.say(operator, `track ${link.linkId}`);
  const listsBefore = desk.instantpay.callsOf('list').length;
  const refused = await desk.answerTo(operator, () =>
    operator.click(card, 'Refresh', {
      forge: (payload) => {
        const actions = Array.isArray(payload['actions']) ? payload['actions'] : [];
        return { ...payload, actions: [{ ...actions[0], action_id: 'link.reveal' }] };
      },
    }),
  );
  expect(read(refused)).toContain('ADMINS');
  expect(desk.instantpay.callsOf('list')).toHaveLength(listsBefore);
  expect(read(await desk.say(admin, 'audit'))).toContain('refused: reveal private details');
});
