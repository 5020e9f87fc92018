/** Owns the words around the prompt: the people, what to try, what can be typed. */

import { formatRupees } from '../../src/payouts/money.ts';
import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import { WELL_KNOWN_TRANSACTIONS } from '../../fakes/instantpay/transactions.ts';
import type { Stage } from '../stage.ts';
import { CAST } from './cast.ts';
import type { Paint } from './paint.ts';

/** What the prompt takes, for `help`. */
export function promptHelp(): string {
  return table([
    ['/payout ...', 'a command; /payout help shows them all'],
    ['3  or  press 3', 'presses button 3; the numbers run on, so each keeps its meaning'],
    ['3 EXPIRED', 'chooses EXPIRED in menu 3'],
    [`as ${CAST.map(({ name }) => name).join('|')}`, ''],
    ['', 'switches to that person, in their channel, and shows what is new there'],
    ['in #payouts', 'goes to another channel: #payouts, #payout-approvals, #payout-digests, #treasury'],
    ['look  or  look 10', 'shows the last messages of the channel again'],
    ['help, quit', ''],
  ]);
}

export function welcome({ slack, instantpay, app, logPath }: Stage, paint: Paint): string {
  const { issued, issuedLarge, claimed } = WELL_KNOWN;
  const amount = (linkId: string): string => formatRupees(instantpay.link(linkId)?.amountPaise ?? 0);
  const { name } = WELL_KNOWN_PEOPLE.issued;
  const people = CAST.map((role): [string, string] => [
    `as ${role.name}`,
    `${slack.people[role.person].name}, ${role.may}`,
  ]);
  return [
    paint.bold('Payout Desk, the demo'),
    '',
    'Payout Desk itself runs here, against a local Slack and a local InstantPay with some 240 payout links.',
    'You are one of the people, and what you type is what that person types or presses in Slack:',
    '',
    table(people),
    '',
    paint.bold('Try'),
    '',
    table([
      ['/payout list', 'then the number of a button, such as Older'],
      [`/payout track ${issued}`, `${amount(issued)} for ${name}`],
      [`/payout track ${name}`, 'the same link, by name'],
      [`/payout cancel ${issued} duplicate of invoice 118`, ''],
      ['', 'then: as approver, and the number of Approve'],
      [`/payout cancel ${issuedLarge}`, `${amount(issuedLarge)}: asks why, and takes two approvers`],
      [`/payout notify ${claimed}`, 'claimed already, so nobody is reminded'],
      [`/payout txn ${WELL_KNOWN_TRANSACTIONS.reversed} yesterday`, 'failed and reversed'],
      ['/payout list over 50000 sort largest', 'as an export: /payout export links this month'],
      ['/payout stuck', 'then the number of Watch in a menu: 5 Watch'],
      ['/payout digest', 'what to do today; as admin: /payout digest subscribe'],
      ['help', 'what else can be typed here'],
    ]),
    '',
    paint.bold('Addresses'),
    '',
    table([
      ["the local Slack's inspector", slack.inspectorUrl],
      ['the local InstantPay', `${instantpay.url}/_control/links`],
      ['Payout Desk', `${app.url}/readyz, ${app.url}/metrics`],
      ['its log', logPath],
    ]),
    '',
  ].join('\n');
}

function table(rows: readonly (readonly [string, string])[]): string {
  const wide = Math.max(...rows.filter(([, right]) => right !== '').map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(wide)}  ${right}`.trimEnd()).join('\n');
}
