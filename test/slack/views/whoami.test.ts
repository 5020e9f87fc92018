/** Owns what a person reads about their permissions. */

import { describe, expect, test } from 'vitest';
import type { Principals } from '../../../src/payouts/policy.ts';
import type { Right, Rights } from '../../../src/payouts/rights.ts';
import {
  NO_PERMISSION,
  NOT_CONFIRMED,
  type ShownPermissions,
  whoAmI,
} from '../../../src/slack/views/whoami.ts';
import { problemsOf, readable } from '../shown.ts';
import { NOW } from './samples.ts';
import { NOT_A_MEMBER } from '../../../src/payouts/access-words.ts';

const all = (right: Right): Rights => ({
  permissions: { look: right, operate: right, approve: right, lend: right, administer: right },
  refusal: undefined,
});

function principals(...ids: string[]): Principals {
  return { everyone: false, users: new Set(ids), groups: ['S0FINANCE'] };
}

const NOBODY: Principals = { everyone: false, users: new Set(), groups: [] };
const EVERYONE: Principals = { ...NOBODY, everyone: true };
const POLICY = {
  look: EVERYONE,
  operate: EVERYONE,
  approve: principals('U0VIKRAM'),
  administer: principals('U0KAVYA'),
};

function shown(rights: Rights, policy = POLICY, more: Partial<ShownPermissions> = {}): string {
  const message = whoAmI({ rights, policy, approvalRules: undefined, delegations: [], now: NOW, ...more });
  expect(problemsOf(message)).toEqual([]);
  return `${message.text}\n${readable(message)}`;
}

describe('whoami', () => {
  test('says what the person may do, who approves and who administers', () => {
    const words = shown({
      permissions: { look: 'yes', operate: 'no', approve: 'yes', lend: 'yes', administer: 'no' },
      refusal: undefined,
    });
    expect(words).toContain('✅ Look up links');
    expect(words).toContain('➖ Send reminders');
    expect(words).toContain('✅ Approve or reject');
    expect(words).toContain('<@U0VIKRAM>, <!subteam^S0FINANCE>');
    expect(words).toContain('<@U0KAVYA>');
    expect(words.split('\n')[0]).not.toContain('Send reminders');
  });

  test('a person without any permission reads whom to ask', () => {
    const words = shown(all('no'));
    expect(words).toContain(NO_PERMISSION);
    expect(words).toContain('<@U0KAVYA>');
  });

  test('what Slack did not confirm is neither yes nor no', () => {
    const words = shown(all('unsure'));
    expect(words).toContain('❔ Look up links');
    expect(words).toContain(NOT_CONFIRMED);
    expect(words).not.toContain('✅');
  });

  test('a guest reads the refusal and no names', () => {
    const words = shown({ ...all('no'), refusal: NOT_A_MEMBER.guest });
    expect(words).toContain(NOT_A_MEMBER.guest);
    expect(words).not.toContain('<@');
  });

  test('many names are counted, nobody and everybody are said', () => {
    const many = principals(...Array.from({ length: 300 }, (_none, index) => `U0MANY${index}`));
    expect(shown(all('yes'), { ...POLICY, approve: many, administer: NOBODY })).toMatch(
      /<@U0MANY19>, … 281 more[^]*nobody/,
    );
    expect(shown(all('yes'), { ...POLICY, administer: EVERYONE })).toContain('every full member');
  });

  test('with tiers: how many of whom, from which amount', () => {
    const tiers = [
      { fromPaise: 0, approvals: 1, users: [], groups: ['S0OPS'] },
      { fromPaise: 20_000_000, approvals: 2, users: ['U0MEERA'], groups: [] },
    ];
    const words = shown(all('yes'), POLICY, { approvalRules: { approvers: NOBODY, tiers } });
    expect(words).toContain('From ₹0.00: 1 of <!subteam^S0OPS>');
    expect(words).toContain('From ₹2,00,000.00: 2 of <@U0MEERA>');
    expect(words).not.toContain('<@U0VIKRAM>');
  });

  test('who stands in for whom, and until when', () => {
    const away = { userId: 'U0VIKRAM', deputyId: 'U0RAVI', since: NOW, until: NOW + 3_600_000 };
    const words = shown(all('yes'), POLICY, { delegations: [away] });
    expect(words).toContain('<@U0RAVI> for <@U0VIKRAM> until today 11:00');
    expect(shown(all('yes'))).not.toContain('until');
    const many = Array.from({ length: 90 }, (_none, index) => ({ ...away, userId: `U0MANY${index}` }));
    expect(shown(all('yes'), POLICY, { delegations: many })).toContain('… 70 more');
  });
});
