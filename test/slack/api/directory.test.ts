/** Owns what Payout Desk believes about people: full members alone, remembered for five minutes, never a failure. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type LocalSlack, startSlack } from '../../../fakes/slack/slack.ts';
import { MINUTE_MS } from '../../../src/payouts/time.ts';
import type { Directory } from '../../../src/payouts/directory.ts';
import { createDirectory } from '../../../src/slack/api/directory.ts';
import { createClients } from '../../../src/slack/api/client.ts';

let slack: LocalSlack;
let directory: Directory;
let now = 0;
beforeAll(async () => {
  slack = await startSlack();
});
beforeEach(() => {
  directory = createDirectory(createClients(slack.botToken, slack.apiUrl).directory, slack.teamId, () => now);
});
afterEach(() => slack.faults.clear());
afterAll(() => slack.close());

test('who people are', async () => {
  const { people } = slack;
  const kinds = Object.fromEntries(
    await Promise.all(
      Object.entries(people).map(async ([key, { id }]) => [key, await directory.person(id)] as const),
    ),
  );
  expect(kinds).toEqual({
    operator: 'member',
    approver: 'member',
    secondApprover: 'member',
    admin: 'member',
    outsider: 'guest',
    deactivated: 'deactivated',
    otherBot: 'bot',
    stranger: 'stranger',
  });
  expect(await directory.person('U0NOSUCH')).toBe('stranger');
});

test('asked once for all who want to know at once, and again after five minutes', async () => {
  const asked = () => slack.callsTo('usergroups.users.list').length;
  const before = asked();
  const answers = await Promise.all(Array.from({ length: 20 }, () => directory.groupMembers('S0APPROVERS')));
  for (const members of answers) expect([...members].sort()).toEqual(['U0MEERA', 'U0VIKRAM']);
  expect(asked() - before).toBe(1);
  now += 5 * MINUTE_MS - 1;
  await directory.groupMembers('S0APPROVERS');
  expect(asked() - before).toBe(1);
  now += 1;
  await directory.groupMembers('S0APPROVERS');
  expect(asked() - before).toBe(2);
});

test('since a moment: asked anew, and a failure of that takes nothing from who may rely on what is remembered', async () => {
  const asked = () => slack.callsTo('usergroups.users.list').length;
  await directory.groupMembers('S0APPROVERS');
  const before = asked();
  now += 1;
  slack.faults.set('usergroups.users.list', { kind: 'error', error: 'fatal_error' }, 1);
  const anew = directory.groupMembers('S0APPROVERS', now);
  expect((await directory.groupMembers('S0APPROVERS')).size).toBe(2);
  await expect(anew).rejects.toMatchObject({ kind: 'unavailable' });
  expect((await directory.groupMembers('S0APPROVERS')).size).toBe(2);
  expect(asked() - before).toBe(1);
  await Promise.all([directory.groupMembers('S0APPROVERS', now), directory.groupMembers('S0APPROVERS', now)]);
  expect(asked() - before).toBe(2);
});

test('a failure is not remembered', async () => {
  slack.faults.set('usergroups.users.list', { kind: 'error', error: 'fatal_error' }, 1);
  await expect(directory.groupMembers('S0APPROVERS')).rejects.toMatchObject({ kind: 'unavailable' });
  expect((await directory.groupMembers('S0APPROVERS')).size).toBe(2);
  slack.faults.set('users.info', { kind: 'error', error: 'fatal_error' }, 1);
  await expect(directory.person(slack.people.operator.id)).rejects.toMatchObject({ kind: 'unavailable' });
  expect(await directory.person(slack.people.operator.id)).toBe('member');
});

test('an answer that names nobody lets nobody in, and is not remembered', async () => {
  const silent = createServer((_request, response) => response.end('{"ok":true}')).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const web = createClients(slack.botToken, `http://127.0.0.1:${port}/`).directory;
  const nobody = createDirectory(web, slack.teamId, () => now);
  await expect(nobody.person('U0ASHA')).rejects.toMatchObject({ kind: 'unavailable' });
  silent.close();
  silent.closeAllConnections();
  await expect(nobody.person('U0ASHA')).rejects.toMatchObject({ kind: 'unavailable' });
});

test('a group that is not there lets nobody in', async () => {
  await expect(directory.groupMembers('S0NOSUCH')).rejects.toMatchObject({ kind: 'unavailable' });
});

test.each([404, 501, 500])(
  'HTTP %d is no word on who somebody is: nobody is let in by it',
  async (status) => {
    slack.faults.set('users.info', { kind: 'status', status });
    const { outsider } = slack.people;
    await expect(directory.person(outsider.id)).rejects.toMatchObject({ kind: 'unavailable' });
  },
);

test('a short pause is waited for once, a long one is said at once', async () => {
  const { operator } = slack.people;
  slack.faults.set('users.info', { kind: 'rate_limited', retryAfterS: 1 }, 1);
  expect(await directory.person(operator.id)).toBe('member');
  const asked = (): number => slack.callsTo('usergroups.users.list').length;
  const before = asked();
  slack.faults.set('usergroups.users.list', { kind: 'rate_limited', retryAfterS: 15 });
  await expect(directory.groupMembers('S0APPROVERS')).rejects.toMatchObject({ kind: 'unavailable' });
  expect(asked() - before).toBe(1);
  slack.faults.set('users.info', { kind: 'rate_limited', retryAfterS: 1 });
  await expect(directory.person(slack.people.approver.id)).rejects.toMatchObject({ kind: 'unavailable' });
});
