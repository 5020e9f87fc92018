/** Owns what is known of a person's permissions when it is decided what to offer. */

import { expect, test } from 'vitest';
import { Unavailable } from '../../src/errors.ts';
import { NOT_A_MEMBER } from '../../src/payouts/access-words.ts';
import { linkRightsOf, offers, rightsOf } from '../../src/payouts/rights.ts';
import { DAY_MS } from '../../src/payouts/time.ts';
import { auditOf, CHECKER, MAKER, makeDeps, NOON, policy, STRANGER } from './setup.ts';

const permissions = (look: string, operate: string, approve: string, administer: string) => ({
  look,
  operate,
  approve,
  lend: approve,
  administer,
});

test('each permission by the policy, and nothing is written to the audit', async () => {
  const deps = makeDeps();
  expect((await rightsOf(deps, MAKER)).permissions).toEqual(permissions('yes', 'yes', 'no', 'no'));
  expect((await rightsOf(deps, CHECKER)).permissions).toEqual(permissions('yes', 'yes', 'yes', 'yes'));
  const stranger = await rightsOf(deps, STRANGER);
  expect(stranger).toEqual({ permissions: permissions('no', 'no', 'no', 'no'), refusal: undefined });
  expect(offers(stranger, 'look')).toBe(false);
  expect(auditOf(deps)).toEqual([]);
});

test('a deputy may approve, and has nothing to lend', async () => {
  const deps = makeDeps();
  await deps.store.delegations.lend(
    { userId: CHECKER.userId, deputyId: MAKER.userId, since: NOON, until: NOON + DAY_MS },
    [],
  );
  const rights = await rightsOf(deps, MAKER);
  expect(rights.permissions).toMatchObject({ approve: 'yes', lend: 'no' });
  expect(offers(rights, 'lend')).toBe(false);
  expect(offers(await rightsOf(deps, CHECKER), 'lend')).toBe(true);
});

test('what counts on a link’s card is the same, and the store is not asked', async () => {
  const away = async () => {
    throw new Unavailable('away');
  };
  const deps = makeDeps({ people: { U_UNSURE: new Unavailable('away') } });
  const { delegations } = deps.store;
  const apart = { ...deps, store: { ...deps.store, delegations: { ...delegations, active: away } } };
  for (const actor of [MAKER, CHECKER, STRANGER, { userId: 'U_UNSURE' }]) {
    const { operate, administer } = (await rightsOf(deps, actor)).permissions;
    const rights = await linkRightsOf(apart, actor);
    expect(rights).toEqual({ permissions: { operate, administer } });
    expect(offers(rights, 'operate')).toBe(operate !== 'no');
  }
});

test('a guest has none, and is told why', async () => {
  const deps = makeDeps({ people: { [CHECKER.userId]: 'guest' } });
  const rights = await rightsOf(deps, CHECKER);
  expect(rights).toEqual({ permissions: permissions('no', 'no', 'no', 'no'), refusal: NOT_A_MEMBER.guest });
});

test('while Slack does not answer, nothing is certain and everything is offered', async () => {
  const deps = makeDeps({ people: { [MAKER.userId]: new Unavailable('away') } });
  const rights = await rightsOf(deps, MAKER);
  expect(rights.permissions).toEqual(permissions('unsure', 'unsure', 'unsure', 'unsure'));
  expect(offers(rights, 'administer')).toBe(true);
});

test('a group that Slack does not return leaves that permission open alone', async () => {
  const away = { everyone: false, users: new Set<string>(), groups: ['S_AWAY'] };
  const deps = makeDeps({ policy: policy({ approve: away }), groups: { S_AWAY: new Unavailable('away') } });
  expect((await rightsOf(deps, MAKER)).permissions).toEqual(permissions('yes', 'yes', 'unsure', 'no'));
});
