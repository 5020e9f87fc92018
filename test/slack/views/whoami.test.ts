/** Owns what a person reads about their permissions. */

import { describe, expect, test } from 'vitest';
import type { Principals } from '../../../src/payouts/policy.ts';
import type { Right, Rights } from '../../../src/payouts/rights.ts';
import { NO_PERMISSION, whoAmI } from '../../../src/slack/views/whoami.ts';
import { problemsOf, readable } from '../shown.ts';
import { NOW } from './samples.ts';
import { NOT_A_MEMBER } from '../../../src/payouts/access-words.ts';

const all = (right: Right): Rights => ({
  permissions: { look: right, operate: right, approve: right, administer: right },
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

function shown(rights: Rights, policy = POLICY): string {
  const message = whoAmI({ rights, policy, now: NOW });
  expect(problemsOf(message)).toEqual([]);
  return `${message.text}\n${readable(message)}`;
}

describe('whoami', () => {
  test('says what the person may do, who approves and who administers', () => {
    const words = shown({
      permissions: { look: 'yes', operate: 'no', approve: 'yes', administer: 'no' },
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
    expect(words).toContain('Slack did not confirm');
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
});
