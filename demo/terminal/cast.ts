/** Owns the people of the demo, the channel each one looks at, and what they may do. */

import type { ChannelKey, PersonKey } from '../../fakes/slack/workspace.ts';

export interface Role {
  /** As it is typed: `as second-approver`. */
  name: string;
  person: PersonKey;
  /** The channel they look at when one becomes them. */
  channel: ChannelKey;
  may: string;
}

export const CAST: readonly Role[] = [
  {
    name: 'operator',
    person: 'operator',
    channel: 'payouts',
    may: 'looks, sends reminders, requests cancellation',
  },
  {
    name: 'approver',
    person: 'approver',
    channel: 'approvals',
    may: 'approves or rejects the requests of others',
  },
  {
    name: 'second-approver',
    person: 'secondApprover',
    channel: 'approvals',
    may: 'the second one, for large amounts',
  },
  {
    name: 'admin',
    person: 'admin',
    channel: 'payouts',
    may: 'reads the audit, subscribes channels to digests',
  },
  { name: 'outsider', person: 'outsider', channel: 'payouts', may: 'a guest, may do nothing' },
];

/** By role, first name or handle: "approver", "second approver", "vikram", "@vikram". */
export function roleNamed(word: string, handleOf: (person: PersonKey) => string): Role | undefined {
  const wanted = word.trim().toLowerCase().replace(/^@/, '').replace(/\s+/g, '-');
  return CAST.find((role) => role.name === wanted || handleOf(role.person) === wanted);
}
