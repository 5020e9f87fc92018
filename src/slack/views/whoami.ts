/** Owns what a person reads about permissions: their own, and who approves and administers. */

import type { KnownBlock } from '@slack/web-api';
import type { Permission, Policy, Principals } from '../../payouts/policy.ts';
import type { Right, Rights } from '../../payouts/rights.ts';
import {
  context,
  header,
  type Message,
  message,
  type Pair,
  pairs,
  plain,
  section,
} from '../block-kit/blocks.ts';
import {
  asOf,
  count,
  fallback,
  fallbackText,
  joinMd,
  type Mrkdwn,
  md,
  mentionOf,
} from '../block-kit/text.ts';

/** What each permission allows, in the order in which people meet them. */
const ALLOWS: readonly (readonly [Permission, Mrkdwn])[] = [
  ['look', md`Look up links, transactions, the digest and cancellation requests`],
  ['operate', md`Send reminders and request cancellation`],
  ['approve', md`Approve or reject cancellation requests of other people`],
  ['administer', md`Read the audit and reveal masked details`],
];

const SIGNS: Readonly<Record<Right, Mrkdwn>> = { yes: md`✅`, no: md`➖`, unsure: md`❔` };

/** A section holds more, but nobody reads them. */
const NAMED = 20;

export interface Permissions {
  rights: Rights;
  policy: Policy;
  now: number;
}

export const NO_PERMISSION = md`You do not have any permission in Payout Desk yet.`;

export function whoAmI({ rights, policy, now }: Permissions): Message {
  const { refusal } = rights;
  const may = ALLOWS.filter(([permission]) => rights.permissions[permission] === 'yes').map(
    ([, words]) => words,
  );
  if (refusal !== undefined)
    return message(fallback`${fallbackText(refusal, 300)}`, [section(plain(refusal)), context(asOf(now))]);
  const lead = may.length === 0 ? NO_PERMISSION : md`Your permissions: ${joinMd(may, '; ')}.`;
  return message(fallback`${lead}`, [
    header(md`Your permissions`),
    ...permissionBlocks({ rights, policy, now }),
    context(asOf(now)),
  ]);
}

/** What the person may do, and whom to ask. */
export function permissionBlocks({ rights, policy }: Permissions): KnownBlock[] {
  const lines = ALLOWS.map(([permission, words]) => md`${SIGNS[rights.permissions[permission]]} ${words}`);
  const isUnsure = ALLOWS.some(([permission]) => rights.permissions[permission] === 'unsure');
  return [
    section(joinMd(lines, '\n')),
    ...(isUnsure
      ? [context(md`❔ Slack did not confirm your account or a user group. Try again in a minute.`)]
      : []),
    ...pairs(namedPeople(policy)),
  ];
}

function namedPeople({ approve, administer }: Policy): Pair[] {
  return [
    [md`Approvers`, mentions(approve)],
    [md`Administrators`, mentions(administer)],
  ];
}

/** "@asha, @finance, … 3 more". */
function mentions({ everyone, users, groups }: Principals): Mrkdwn {
  if (everyone) return md`every full member`;
  const ids = [...users, ...groups];
  if (ids.length === 0) return md`nobody`;
  const more = ids.length - NAMED;
  const shown = ids.slice(0, NAMED).map(mentionOf);
  return joinMd(more > 0 ? [...shown, md`… ${count(more, 'more', 'more')}`] : shown, ', ');
}
