/** Owns where stuck links are told of: in the channels with digests about them. */

import { expect, test } from 'vitest';
import { placesOf } from '../../src/jobs/stuck.ts';
import { subscription } from '../payouts/subscriptions/samples.ts';
import { makeDeps, NOON, record } from '../payouts/setup.ts';

test('once in each channel whose digests hold PROCESSING links, of their purposes, unless they are paused', async () => {
  const deps = makeDeps();
  const paused = { why: 'person', at: NOON, by: 'U_A' } as const;
  for (const [index, changes] of [
    { channelId: 'C_ALL' },
    { channelId: 'C_SOME', purpose: 'salary' },
    { channelId: 'C_SOME', purpose: 'rent' },
    { channelId: 'C_PAUSED', paused },
  ].entries())
    await deps.store.subscriptions.create(
      subscription({ id: `s${index}`, statuses: ['PROCESSING'], ...changes }),
      [],
    );
  await deps.store.subscriptions.create(subscription({ id: 'other', channelId: 'C_OTHER' }), []);
  const places = await placesOf(deps);
  const about = (purpose: string) =>
    places.filter(({ isAbout }) => isAbout(record({ purpose }))).map(({ channelId }) => channelId);
  expect(places).toHaveLength(2);
  expect(about('Rent of May')).toEqual(['C_ALL', 'C_SOME']);
  expect(about('SALARY')).toEqual(['C_ALL', 'C_SOME']);
  expect(about('gift')).toEqual(['C_ALL']);
});
