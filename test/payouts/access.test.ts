/** Owns permissions: denied unless a setting allows it, and a failed lookup lets nobody in. */

import { describe, expect, test } from 'vitest';
import { Forbidden, Unavailable } from '../../src/errors.ts';
import { NOT_A_MEMBER, NOT_VERIFIED, notPermitted } from '../../src/payouts/access-words.ts';
import type { Permission, Principals } from '../../src/payouts/policy.ts';
import { judge, requirePermission } from '../../src/payouts/access.ts';
import { auditOf, type DepsOptions, MAKER, makeDeps, NOON, only, policy, STRANGER } from './setup.ts';

const PERMISSIONS: Permission[] = ['look', 'operate', 'approve', 'administer'];
const NOBODY = only();
const NONE = { look: NOBODY, operate: NOBODY, approve: NOBODY, administer: NOBODY };
const EVERYBODY: Principals = { everyone: true, users: new Set(), groups: [] };

/** A no that says so. */
const NOT_LISTED = {
  look: 'not_viewer',
  operate: 'not_operator',
  approve: 'not_approver',
  administer: 'not_administrator',
};
const no = (permission: Permission) => ({
  allowed: false,
  why: notPermitted(permission),
  outcome: NOT_LISTED[permission],
  unsure: false,
});

async function verdict(permission: Permission, options: DepsOptions) {
  const deps = makeDeps(options);
  return judge(deps.policy, deps.directory, MAKER, permission);
}

const groups = (...ids: string[]): Principals => ({ everyone: false, users: new Set(), groups: ids });

describe('judge', () => {
  test.each(PERMISSIONS)('%s is denied unless a line allows it', async (permission) => {
    expect(await verdict(permission, { policy: NONE })).toEqual(no(permission));
    expect(await verdict(permission, { policy: { ...NONE, [permission]: only(MAKER.userId) } })).toEqual({
      allowed: true,
    });
    expect(await verdict(permission, { policy: { ...NONE, [permission]: EVERYBODY } })).toEqual({
      allowed: true,
    });
    const somebodyElse = only(STRANGER.userId);
    expect(await verdict(permission, { policy: { ...NONE, [permission]: somebodyElse } })).toMatchObject({
      allowed: false,
    });
  });

  test.each(PERMISSIONS)('%s gives no other permission', async (permission) => {
    for (const other of PERMISSIONS.filter((one) => one !== permission)) {
      const answer = await verdict(other, { policy: { ...NONE, [permission]: EVERYBODY } });
      expect(answer.allowed, other).toBe(false);
    }
  });

  test('members of any group that is named are let in', async () => {
    const known = { S_ONE: ['U_X'], S_TWO: ['U_Y', MAKER.userId] };
    const two = { policy: { ...NONE, approve: groups('S_ONE', 'S_TWO') }, groups: known };
    expect(await verdict('approve', two)).toEqual({ allowed: true });
    const one = { policy: { ...NONE, approve: groups('S_ONE') }, groups: known };
    expect(await verdict('approve', one)).toEqual(no('approve'));
  });

  test('a group Slack does not tell about lets nobody in, and says so; the others still count', async () => {
    const known = { S_AWAY: new Unavailable('Slack is away.'), S_TWO: [MAKER.userId] };
    const away = { policy: { ...NONE, approve: groups('S_AWAY') }, groups: known };
    expect(await verdict('approve', away)).toEqual({
      allowed: false,
      why: notPermitted('approve', 'Slack is away.'),
      outcome: 'not_approver',
      detail: 'Slack is away.',
      unsure: true,
    });
    const both = { policy: { ...NONE, approve: groups('S_AWAY', 'S_TWO') }, groups: known };
    expect(await verdict('approve', both)).toEqual({ allowed: true });
  });

  test('whoever is named needs no group', async () => {
    const principals = { everyone: false, users: new Set([MAKER.userId]), groups: ['S_AWAY'] };
    const options = { policy: { ...NONE, look: principals }, groups: { S_AWAY: new Unavailable('no') } };
    expect(await verdict('look', options)).toEqual({ allowed: true });
  });

  test.each(['guest', 'bot', 'deactivated', 'stranger'] as const)(
    'a %s is let in nowhere, whatever the policy says',
    async (person) => {
      const everybody = { look: EVERYBODY, operate: EVERYBODY, approve: EVERYBODY, administer: EVERYBODY };
      const named = policy({ look: only(MAKER.userId) });
      for (const permission of PERMISSIONS) {
        for (const given of [everybody, named]) {
          const options = { policy: given, people: { [MAKER.userId]: person } };
          expect(await verdict(permission, options)).toEqual({
            allowed: false,
            why: NOT_A_MEMBER[person],
            outcome: person,
            unsure: false,
          });
        }
      }
    },
  );

  test('while Slack does not tell who somebody is, nobody is let in', async () => {
    const people = { [MAKER.userId]: new Unavailable('no') };
    expect(await verdict('look', { policy: { ...NONE, look: EVERYBODY }, people })).toMatchObject({
      allowed: false,
      why: NOT_VERIFIED,
      outcome: 'identity_unknown',
      unsure: true,
    });
  });

  test('a fault of Payout Desk is not taken for a no', async () => {
    const people = { [MAKER.userId]: new TypeError('a bug') };
    await expect(verdict('look', { people })).rejects.toThrow('a bug');
    const broken = { policy: { ...NONE, look: groups('S') }, groups: { S: new TypeError('a bug') } };
    await expect(verdict('look', broken)).rejects.toThrow('a bug');
  });
});

describe('a refusal', () => {
  test('says what is refused, and whom to ask', () => {
    const all = PERMISSIONS.map((permission) => notPermitted(permission));
    expect(new Set(all).size).toBe(all.length);
    for (const words of all) expect(words).toContain('administrator');
    expect(notPermitted('look', 'Slack is away.')).toContain('Slack is away.');
  });
});

describe('requirePermission', () => {
  test('lets through without a trace', async () => {
    const deps = makeDeps();
    await requirePermission(deps, MAKER, 'look', { subject: 'link.track' });
    expect(auditOf(deps)).toEqual([]);
  });

  test('a refusal is audited with what it was about', async () => {
    const deps = makeDeps();
    const about = { subject: 'cancel.approve', linkId: 'link', cancelRequestId: 'a1' } as const;
    const refused = requirePermission(deps, STRANGER, 'approve', about);
    await expect(refused).rejects.toThrow(Forbidden);
    await expect(refused).rejects.toThrow(notPermitted('approve'));
    expect(auditOf(deps)).toEqual([
      {
        sequence: 1,
        at: NOON,
        actorId: STRANGER.userId,
        action: 'access.refused',
        subject: 'cancel.approve',
        linkId: 'link',
        cancelRequestId: 'a1',
        outcome: 'not_approver',
      },
    ]);
  });
});
