/** Owns the catalogue of what people see: every message, form and Home, named, with data as a team would have it. */

import type { HomeView, ModalView } from '@slack/web-api';
import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import type { Message } from '../../../src/slack/block-kit/blocks.ts';
import type { Seal } from '../../../src/slack/block-kit/seal.ts';
import { linkCard } from '../../../src/slack/views/link-card.ts';
import { INTENTS, linkChoice, nothingFound } from '../../../src/slack/views/link-choice.ts';
import { transactionCard } from '../../../src/slack/views/transaction-card.ts';
import { stuckMessage } from '../../../src/slack/views/stuck-message.ts';
import { stuckList } from '../../../src/slack/views/stuck-list.ts';
import { expiringList, remindSelectedModal } from '../../../src/slack/views/expiring-list.ts';
import { foundInMessage } from '../../../src/slack/views/found-in-message.ts';
import { OFFER_ALL } from '../../../src/slack/views/offers.ts';
import { remindersMessage } from '../../../src/slack/views/reminder-run.ts';
import type { ReminderItem, ReminderState } from '../../../src/payouts/links/reminder-run.ts';
import { auditList } from '../../../src/slack/views/audit-list.ts';
import {
  aLink,
  anAuditRow,
  anExpiring,
  aStuck,
  aStuckNotice,
  aReport,
  aTrackedLink,
  activity,
  anAnswer,
  NOW,
  asLines,
  anApproval,
  DECIDED,
  anOutcome,
} from './samples.ts';
import { alone } from '../../payouts/setup.ts';

export interface CatalogueEntry {
  /** The name of its file. */
  name: string;
  shown: Message | ModalView | HomeView;
}

/** Names as they come: long, in scripts of India and beyond, with emoji. */
export const NAMES = [
  'Asha Rao',
  'दीपा शर्मा',
  'محمد علي',
  'Sri Venkateswara Traders & Packaging Materials Private Limited (Unit II, Peenya)',
  '👩‍👩‍👧 Family Kirana',
  'தமிழ்ச்செல்வி',
] as const;

/** Links with ever other recipients, amounts and expiries. */
export function someLinks(amount: number, changes: Partial<PayoutLink> = {}): PayoutLink[] {
  return Array.from({ length: amount }, (_none, index) =>
    aLink({
      linkId: `6578262c5e6c5b4a6d3f${(0x1000 + index).toString(16)}`,
      amountPaise: 125_050 * (index + 1),
      contact: { name: NAMES[index % NAMES.length], email: undefined, mobile: `******${5742 + index}` },
      expiresAt: NOW + (index + 1) * 7 * HOUR_MS,
      ...changes,
    }),
  );
}

export function catalogue(): CatalogueEntry[] {
  return [...linkEntries(), ...otherEntries()];
}

/** Sealed values are random; what they hold is of no interest here. */
export const seal: Seal = {
  seal: () => 'sealed',
  open: () => undefined,
  sealLong: () => 'sealed',
  openLong: () => undefined,
};

function linkEntries(): CatalogueEntry[] {
  const link = aLink();
  const links = someLinks(10);
  const several = { kind: 'several', links: links.slice(0, 4), more: true, incomplete: undefined } as const;
  const history = [
    activity('Link sent to ******5742', NOW - 2 * HOUR_MS),
    activity('Reminder sent', NOW - 40 * MINUTE_MS),
  ];
  return [
    {
      name: 'link-issued',
      shown: linkCard(
        { tracked: aTrackedLink({ activity: history }), record: link, recordProblem: undefined },
        { now: NOW },
      ),
    },
    {
      name: 'link-automatic-stopped',
      shown: linkCard(
        { tracked: aTrackedLink(), record: link, recordProblem: undefined },
        { now: NOW, automatic: 'stopped' },
      ),
    },
    {
      name: 'link-sandbox-long-name',
      shown: linkCard(
        {
          tracked: aTrackedLink({ environment: 'sandbox' }),
          record: aLink({ contact: { ...link.contact, name: NAMES[3] } }),
          recordProblem: undefined,
        },
        { now: NOW },
      ),
    },
    ...INTENTS.map((intent) => ({
      name: `choice-${intent}`,
      shown: linkChoice(several, { intent, what: 'Asha Rao', now: NOW }),
    })),
    { name: 'nothing-found', shown: nothingFound('Asha Rao', undefined, { intent: 'track', seal }) },
  ];
}

function otherEntries(): CatalogueEntry[] {
  return [
    { name: 'transaction-successful', shown: transactionCard(aReport(), { now: NOW, seal }) },
    {
      name: 'transaction-failed',
      shown: transactionCard(aReport({ answer: anAnswer({ outcome: 'failed' }) }), { now: NOW, seal }),
    },
    {
      name: 'expiring',
      shown: expiringList(anExpiring(someLinks(10, { expiresAt: NOW + 20 * HOUR_MS })), {
        now: NOW,
        offers: OFFER_ALL,
        names: new Map([['U0REQ', 'Meera Iyer']]),
      }),
    },
    {
      name: 'expiring-none',
      shown: expiringList(anExpiring([]), { now: NOW, offers: OFFER_ALL, names: new Map() }),
    },
    {
      name: 'stuck',
      shown: stuckList(aStuck(someLinks(24, { status: 'PROCESSING' }), { unclear: 2 }), {
        now: NOW,
        offers: OFFER_ALL,
      }),
    },
    {
      name: 'stuck-told',
      shown: stuckMessage(
        aStuckNotice(someLinks(3, { status: 'PROCESSING' }), { escalateTo: [] }, 'first'),
        NOW,
      ),
    },
    {
      name: 'stuck-told-again',
      shown: stuckMessage(aStuckNotice(someLinks(4, { status: 'PROCESSING' })), NOW),
    },
    {
      name: 'stuck-none',
      shown: stuckList(aStuck([], { for: { sinceDay: '2026-11-16' } }), { now: NOW, offers: OFFER_ALL }),
    },
    ...[false, true].map((isDone) => ({
      name: isDone ? 'reminders-done' : 'reminders-under-way',
      shown: remindersMessage({ items: reminders(isDone) }, { now: NOW, cooldownMs: HOUR_MS, isDone }),
    })),
    { name: 'form-remind-selected', shown: remindSelectedModal('sealed', 4) },
    {
      name: 'found-in-message',
      shown: foundInMessage(
        [
          {
            what: '******1101',
            links: someLinks(2),
            more: false,
            incomplete: undefined,
            environment: 'live',
          },
        ],
        { now: NOW, offers: OFFER_ALL, more: true },
      ),
    },
    {
      name: 'audit',
      shown: auditList(
        {
          query: { linkId: undefined, actorId: undefined, csv: false },
          lines: [
            {
              kind: 'request',
              at: NOW - MINUTE_MS,
              batch: alone(anApproval({ ...DECIDED, status: 'executed', outcome: anOutcome() })),
            },
            { kind: 'request', at: NOW - HOUR_MS, batch: alone(anApproval()) },
            ...asLines([
              anAuditRow({
                sequence: 8,
                action: 'access.refused',
                subject: 'audit.read',
                outcome: 'not_administrator',
                linkId: undefined,
                amountPaise: undefined,
                reason: undefined,
              }),
              anAuditRow({
                action: 'transaction.checked',
                outcome: 'failed',
                reference: 'INV-118',
                transactionDate: '2026-11-19',
                linkId: undefined,
                reason: undefined,
              }),
            ]),
          ],
          more: false,
        },
        NOW,
      ),
    },
  ];
}

/** Eight sent, and one of each other end; under way, half of them wait. */
function reminders(isDone: boolean): ReminderItem[] {
  const states: ReminderState[] = ['sent', 'sent', 'sent', 'sent', 'sent', 'sent', 'sent', 'sent'];
  states.push('too_soon', 'not_sent', 'not_confirmed');
  return states.map((state, index) => ({
    linkId: `6578262c5e6c5b4a6d3f${(0x3000 + index).toString(16)}`,
    state: isDone || index < 5 ? state : 'waiting',
    name: NAMES[index % NAMES.length],
    amountPaise: 125_050 * (index + 1),
    words: state === 'not_sent' ? 'The link is CLAIMED.' : undefined,
    nextAt: NOW + HOUR_MS,
  }));
}
