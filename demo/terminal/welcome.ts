/** Owns the words around the prompt: the people, what to try, what can be typed. */

import { formatRupees } from '../../src/payouts/money.ts';
import { formatIst } from '../../src/payouts/time.ts';
import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import type { Stage } from '../stage.ts';
import { CAST } from './cast.ts';
import { happenings, troubleWords } from './outside.ts';
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
    ['press 3 no', 'answers no to what is asked back'],
    ['clock +1m, +13h, +2d', 'all clocks go on, and what is due happens; clock tomorrow 10:00'],
    [`instantpay ${troubleWords().join('|')}|off`, ''],
    ['', 'InstantPay has this trouble from now on, or none any more'],
    [`recipient ${happenings().join('|')} <name or link ID>`, ''],
    ['', 'what happens to a link outside Payout Desk'],
    ['kill', 'ends Payout Desk at once; it starts again by itself'],
    ['help, quit', ''],
  ]);
}

export function welcome({ slack, instantpay, app, clock, logPath }: Stage, paint: Paint): string {
  const { issued, processing } = WELL_KNOWN;
  const amount = (linkId: string): string => formatRupees(instantpay.link(linkId)?.amountPaise ?? 0);
  const { name } = WELL_KNOWN_PEOPLE.issued;
  const people = CAST.map((role): [string, string] => [
    `as ${role.name}`,
    `${slack.people[role.person].name}, ${role.may}`,
  ]);
  return [
    paint.bold('Payout Desk, the demo'),
    '',
    'Payout Desk itself runs here, between a local Slack and a local InstantPay with some 240 payout links.',
    `It is ${formatIst(clock())}. What you type is what one of these people types or presses in Slack:`,
    '',
    table(people),
    '',
    paint.bold('Three steps'),
    '',
    table([
      [`/payout cancel ${name} duplicate of invoice 118`, `${amount(issued)}: requests cancellation`],
      ['as approver, and the number of Approve', 'another person approves it'],
      ['as admin, and /payout audit', 'who, when and why'],
    ]),
    '',
    paint.bold('When things go wrong'),
    '',
    table([
      ['instantpay hang', 'a cancellation is executed, its answer never comes; then: clock +1m'],
      ['clock tomorrow 10:00', 'the digest in #payout-digests'],
      [`recipient claims ${WELL_KNOWN_PEOPLE.issuedExpiring.name}`, 'before it can be cancelled'],
      [
        `/payout watch ${WELL_KNOWN_PEOPLE.processing.name}`,
        `${amount(processing)}: then recipient is-paid, and clock +1h`,
      ],
      ['kill', 'Payout Desk ends at once, and starts again by itself'],
      ['help', 'what else can be typed here'],
    ]),
    '',
    paint.dim(`Slack ${slack.inspectorUrl} · InstantPay ${instantpay.url}/_control/links`),
    paint.dim(`Payout Desk ${app.url}/readyz, ${app.url}/metrics, log ${logPath}`),
    '',
  ].join('\n');
}

function table(rows: readonly (readonly [string, string])[]): string {
  const wide = Math.max(...rows.filter(([, right]) => right !== '').map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(wide)}  ${right}`.trimEnd()).join('\n');
}
