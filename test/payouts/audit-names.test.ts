/** Owns the names beside user IDs in an export: asked once each, and never in the way of the file. */

import { expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '../../src/payouts/audit-entry.ts';
import { namesIn } from '../../src/payouts/audit-names.ts';
import { makeDeps } from './setup.ts';

const row = (actorId: string, affectedUserId?: string) => ({
  sequence: 1,
  at: 0,
  action: 'cancel.approved',
  actorId,
  affectedUserId,
});

function stage(names: Record<string, string | undefined> = {}) {
  const deps = makeDeps();
  const asked: string[] = [];
  const directory = {
    ...deps.directory,
    name: async (userId: string) => {
      asked.push(userId);
      return userId in names ? names[userId] : `Name of ${userId}`;
    },
  };
  return { deps: { ...deps, directory }, asked };
}

test('of each person once, also who is affected; Payout Desk has its own', async () => {
  const { deps, asked } = stage({ U_GONE: undefined });
  const first = await namesIn(deps, [row('U_A', 'U_B'), row('U_A'), row(SYSTEM_ACTOR), row('U_GONE')]);
  expect(Object.fromEntries(first)).toEqual({
    U_A: 'Name of U_A',
    U_B: 'Name of U_B',
    U_GONE: '',
    [SYSTEM_ACTOR]: 'Payout Desk',
  });
  const next = await namesIn(deps, [row('U_A'), row('U_GONE'), row('U_C')], first);
  expect(next.get('U_C')).toBe('Name of U_C');
  expect(asked).toEqual(['U_A', 'U_B', 'U_GONE', 'U_C']);
});

test('Slack is asked for a bounded number at a time: the IDs are in the file', async () => {
  const { deps, asked } = stage();
  const rows = Array.from({ length: 200 }, (_none, index) => row(`U_${index}`));
  expect((await namesIn(deps, rows)).size).toBe(50);
  expect(asked).toHaveLength(50);
});
