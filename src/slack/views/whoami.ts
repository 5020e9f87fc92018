/** Owns what a person reads about permissions: their own, and who approves and administers. */

import type { KnownBlock } from '@slack/web-api';
import type { Delegation } from '../../payouts/delegation-port.ts';
import type { Permission, Principals } from '../../payouts/policy.ts';
import type { Permissions, Right } from '../../payouts/rights.ts';
import { context, header, type Message, message, pairs, plain, section } from '../block-kit/blocks.ts';
import {
  asOf,
  count,
  fallback,
  fallbackText,
  joinMd,
  type Mrkdwn,
  md,
  mentionOf,
  person,
  rupees,
  when,
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
const TIERS_SHOWN = 8;

export const NO_PERMISSION = md`You do not have any permission in Payout Desk yet.`;
export const NOT_CONFIRMED = md`❔ Not confirmed. Try again in a minute.`;

/** A person's permissions; `now` in epoch milliseconds. */
export type ShownPermissions = Permissions & { now: number };

export function whoAmI(shown: ShownPermissions): Message {
  const { rights, now } = shown;
  const { refusal } = rights;
  if (refusal !== undefined)
    return message(fallback`${fallbackText(refusal, 300)}`, [section(plain(refusal)), context(asOf(now))]);
  const may = ALLOWS.filter(([permission]) => rights.permissions[permission] === 'yes').map(
    ([, words]) => words,
  );
  const lead = may.length === 0 ? NO_PERMISSION : md`Your permissions: ${joinMd(may, '; ')}.`;
  return message(fallback`${lead}`, [
    header(md`Your permissions`),
    ...permissionBlocks(shown),
    context(asOf(now)),
  ]);
}

/** What the person may do, whom to ask, and who stands in for whom. */
export function permissionBlocks(shown: ShownPermissions): KnownBlock[] {
  const { rights } = shown;
  const lines = ALLOWS.map(([permission, words]) => md`${SIGNS[rights.permissions[permission]]} ${words}`);
  const isUnsure = ALLOWS.some(([permission]) => rights.permissions[permission] === 'unsure');
  return [
    section(joinMd(lines, '\n')),
    ...(isUnsure ? [context(NOT_CONFIRMED)] : []),
    ...peopleBlocks(shown),
  ];
}

/** Who approves and who administers, and who stands in for whom. */
export function peopleBlocks(shown: ShownPermissions): KnownBlock[] {
  const { policy, delegations, now } = shown;
  return pairs([
    [md`Approvers`, approversIn(shown)],
    [md`Administrators`, mentions(policy.administer)],
    delegations && delegations.length > 0 ? [md`Deputies`, deputiesIn(delegations, now)] : undefined,
  ]);
}

/** Everybody who approves; with APPROVAL_RULES each tier in a line. */
function approversIn({ approvalRules, policy }: ShownPermissions): Mrkdwn {
  if (!approvalRules) return mentions(policy.approve);
  const tiers = approvalRules.tiers.map(
    ({ fromPaise, approvals, users, groups }) =>
      md`From ${rupees(fromPaise)}: ${approvals} of ${mentionsOf([...users, ...groups])}`,
  );
  return joinMd(tiers.slice(0, TIERS_SHOWN), '\n');
}

/** "@deputy for @approver until 30 Nov 2026". */
function deputiesIn(delegations: readonly Delegation[], now: number): Mrkdwn {
  const lines = delegations
    .slice(0, NAMED)
    .map(
      ({ deputyId, userId, until: end }) =>
        md`${person(deputyId)} for ${person(userId)} until ${when(end, now)}`,
    );
  return joinMd(withMore(lines, delegations.length - NAMED), '\n');
}

function mentions({ everyone, users, groups }: Principals): Mrkdwn {
  return everyone ? md`every full member` : mentionsOf([...users, ...groups]);
}

/** "@asha, @finance, … 3 more". */
function mentionsOf(ids: readonly string[]): Mrkdwn {
  if (ids.length === 0) return md`nobody`;
  return joinMd(withMore(ids.slice(0, NAMED).map(mentionOf), ids.length - NAMED), ', ');
}

function withMore(lines: readonly Mrkdwn[], more: number): Mrkdwn[] {
  return more > 0 ? [...lines, md`… ${count(more, 'more', 'more')}`] : [...lines];
}
