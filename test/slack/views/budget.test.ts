/** Owns the message budget: extreme data in every field fits, and what is left out is counted. */

import { describe, expect, test } from 'vitest';
import type { Approved } from '../../../src/payouts/cancel/approve-selected.ts';
import type { CancelRequest } from '../../../src/payouts/cancel/request.ts';
import { KNOWN_STATUSES, type PayoutLink } from '../../../src/payouts/links/link.ts';
import type { LinkList, ListQuery } from '../../../src/payouts/links/list.ts';
import type { ListFilter } from '../../../src/payouts/links/list-filter.ts';
import type { KeptList } from '../../../src/payouts/links/saved-list.ts';
import { Revealed } from '../../../src/payouts/links/revealed.ts';
import { createSeal } from '../../../src/slack/block-kit/seal.ts';
import { type Message, message, plain, section, shortForm } from '../../../src/slack/block-kit/blocks.ts';
import { costOf, firstRows, fit, textLength } from '../../../src/slack/block-kit/budget.ts';
import { LIMITS } from '../../../src/slack/block-kit/limits.ts';
import { md, fallback, fallbackText, joinMd, person } from '../../../src/slack/block-kit/text.ts';
import { decisionRefused, requestOpened } from '../../../src/slack/views/approval-answers.ts';
import {
  approvalCard,
  approvalNudge,
  emergencyNotice,
  requesterNotice,
} from '../../../src/slack/views/approval-card.ts';
import { approvalEscalation } from '../../../src/slack/views/approval-escalation.ts';
import {
  questionNotice,
  questionPost,
  questionRefused,
  questionSent,
  sharedOutcome,
} from '../../../src/slack/views/approval-thread.ts';
import { linkDetails, requestDetails } from '../../../src/slack/views/details.ts';
import { waitingList } from '../../../src/slack/views/approval-list.ts';
import { auditList } from '../../../src/slack/views/audit-list.ts';
import { awayList, backAgain, deputyEnded, deputyNamed, youAreAway } from '../../../src/slack/views/away.ts';
import { CHANGE_KINDS } from '../../../src/payouts/digest/changes.ts';
import { digestMessage, perhapsAgain } from '../../../src/slack/views/digest-message.ts';
import { linksList, statusList } from '../../../src/slack/views/digest-show.ts';
import { REMINDER_STATES } from '../../../src/payouts/links/reminder-run.ts';
import { stuckMessage } from '../../../src/slack/views/stuck-message.ts';
import { stuckList } from '../../../src/slack/views/stuck-list.ts';
import { DIGEST_FILE_KINDS } from '../../../src/payouts/digest/files.ts';
import { fileMissing } from '../../../src/slack/views/digest-files.ts';
import {
  exportDone,
  exportFailed,
  exportProgress,
  exportStopped,
} from '../../../src/slack/views/export-message.ts';
import { expiringList } from '../../../src/slack/views/expiring-list.ts';
import { OFFER_ALL } from '../../../src/slack/views/offers.ts';
import { remindersMessage } from '../../../src/slack/views/reminder-run.ts';
import { subscriptionForm } from '../../../src/slack/views/subscription-form.ts';
import {
  digestsPaused,
  digestsRefused,
  SUBSCRIBED,
  subscriptionList,
  subscriptionSaved,
} from '../../../src/slack/views/subscriptions.ts';
import { missedNotice } from '../../../src/slack/views/digest-missed.ts';
import { cancelLinkForm, trackForm, transactionForm } from '../../../src/slack/views/entry-forms.ts';
import { foundInMessage } from '../../../src/slack/views/found-in-message.ts';
import { briefHelp, help } from '../../../src/slack/views/help.ts';
import { linkCard } from '../../../src/slack/views/link-card.ts';
import { INTENTS, linkChoice, nothingFound } from '../../../src/slack/views/link-choice.ts';
import { listForm } from '../../../src/slack/views/list-form.ts';
import { listSaved, savedListsMessage } from '../../../src/slack/views/saved-lists.ts';
import { linkList } from '../../../src/slack/views/link-list.ts';
import { emergencyModal, rejectReasonModal } from '../../../src/slack/views/modals.ts';
import { linksRefused } from '../../../src/slack/views/links-refused.ts';
import { failure, notice, reminded } from '../../../src/slack/views/notices.ts';
import { privateDetails } from '../../../src/slack/views/private-details.ts';
import { transactionCard } from '../../../src/slack/views/transaction-card.ts';
import { supportText } from '../../../src/slack/views/support-text.ts';
import { linkWatched, transactionWatched, watchList } from '../../../src/slack/views/watch.ts';
import { linkNews } from '../../../src/slack/views/watch-news.ts';
import { unfurl } from '../../../src/slack/views/unfurl.ts';
import { notUnderstood } from '../../../src/slack/views/suggestions.ts';
import { approvedSummary } from '../../../src/slack/views/approve-selected.ts';
import { welcome } from '../../../src/slack/views/welcome.ts';
import { peopleBlocks, type ShownPermissions, whoAmI } from '../../../src/slack/views/whoami.ts';
import { labelsOf, menusOf, problemsOf, problemsOfView, readable } from '../shown.ts';
import { alone } from '../../payouts/setup.ts';
import { aScheduled } from './catalogue-subscriptions.ts';
import {
  aBatch,
  aDigest,
  aLink,
  aList,
  anAnswer,
  anApproval,
  anAuditRow,
  anExpiring,
  aStuck,
  aStuckNotice,
  anOutcome,
  aPage,
  pageBeside,
  aReport,
  aTrackedLink,
  activity,
  DECIDED,
  LINK_ID,
  NOW,
  asLines,
} from './samples.ts';
import { aLinkNews, aWatched } from './samples-watches.ts';

const seal = createSeal('secret');
const BOOKING = { amountPaise: 1, mode: 'CR', openingBalancePaise: 1, closingBalancePaise: 1 };
const PIECES = { latin: 'Wxyz ', devanagari: 'राहुल शर्मा ', emoji: '👩‍👩‍👧❤️ ', escaped: '<&>*' };
const NEWS = { now: NOW, offers: OFFER_ALL };
const WATCHED = { kind: 'started', now: NOW, until: NOW, dueAt: NOW, once: true, seal } as const;
/** Slack's form lets no more through. */
const longSchedule = aScheduled({
  cron: '0 10 1 * *'.padEnd(100),
  timezone: 'x'.repeat(60),
  statuses: KNOWN_STATUSES,
  purpose: 'W'.repeat(100),
});
const SHOWN = { now: NOW, offers: OFFER_ALL, isOfSettings: () => false };

const times = <Item>(amount: number, item: (index: number) => Item): Item[] =>
  Array.from({ length: amount }, (_none, index) => item(index));

const LONGEST_ID = `U${'W'.repeat(30)}`;
const DELEGATION = { userId: LONGEST_ID, deputyId: `W${'U'.repeat(30)}`, since: NOW, until: NOW + 1 };

const ESCALATED = ['deputies', 'administrators'] as const;
const MENTIONS = joinMd(
  times(100, (index) => person(`U0${String(index).padStart(9, 'X')}`)),
  ' ',
);

const ALL_UNSURE = {
  permissions: { look: 'unsure', operate: 'unsure', approve: 'unsure', lend: 'unsure', administer: 'unsure' },
  refusal: undefined,
} as const;

function manyDecisions(request: CancelRequest): Approved[] {
  const batch = alone(request);
  return times(50, (index) =>
    index % 2 === 0
      ? { kind: 'approved', batch, isNew: true }
      : { kind: 'failed', batch, message: request.reason },
  );
}

function everybody(): ShownPermissions {
  const ids = times(500, (index) => `U0${String(index).padStart(28, 'X')}`);
  const all = { everyone: false, users: new Set(ids), groups: ids.map((id) => id.replace('U', 'S')) };
  const tier = { fromPaise: 99_99_99_99_999, approvals: 5, users: ids, groups: ids };
  return {
    rights: ALL_UNSURE,
    policy: { look: all, operate: all, approve: all, administer: all },
    approvalRules: { approvers: all, tiers: times(20, () => tier) },
    delegations: ids.map((userId) => ({ userId, deputyId: userId, since: NOW, until: NOW })),
    now: NOW,
  };
}

/** Every message of Payout Desk, with names of 300 characters, words of 3,000 and as many rows as may come. */
/** The request without what makes it the one that it is. */
function without({ id: _id, linkId: _linkId, ...request }: CancelRequest): Partial<CancelRequest> {
  return request;
}

function extremes(piece: string): [string, Message][] {
  const name = piece.repeat(300).slice(0, 300);
  const words = piece.repeat(3_000).slice(0, 3_000);
  const contact = { name, email: name, mobile: name };
  const link = aLink({
    contact,
    purpose: words,
    description: `${words}.`,
    referenceNo: words,
    orderId: words,
    paymentModes: times(20, () => name),
  });
  const soon = (amount: number) =>
    times(amount, (index) =>
      aLink({
        ...link,
        linkId: index.toString(16).padStart(24, 'a'),
        amountPaise: 99_99_99_99_999,
        expiresAt: NOW + 1 + index,
      }),
    );
  const named = new Map([['U0REQ', words]]);
  const unknown = aLink({ ...link, status: 'UNKNOWN', statusText: words });
  const everything = {
    name: words,
    email: words,
    mobile: words,
    url: words,
    qrUrl: words,
    accounts: times(60, () => ({ number: words, ifsc: words })),
  };
  const entries = times(60, (index) => ({
    ...activity(words, NOW - index * 60_000),
    accountType: name,
    accountNumber: name,
    accountIfsc: name,
  }));
  const asked = anApproval({
    contact,
    purpose: words,
    reason: words,
    approvalsRequired: 2,
    approvals: [{ userId: 'U0APP', at: NOW }],
    emergencyAllowed: true,
    ipayUuid: name,
    facts: {
      description: words,
      referenceNo: words,
      orderId: words,
      createdAt: NOW,
      paymentModes: times(20, () => name),
      others: times(10, (index) => ({
        linkId: `${index}`,
        status: 'ISSUED' as const,
        amountPaise: 10 ** 13,
        expiresAt: NOW + 1,
      })),
      othersLeftOut: 100_000,
      othersIncomplete: words,
    },
  });
  const question = { id: 'V1', by: 'U0APP', at: NOW, text: words };
  const ended = anApproval({
    ...asked,
    ...DECIDED,
    status: 'refused',
    emergencyReason: words,
    outcome: anOutcome({ kind: 'instantpay_refused', message: words }),
  });
  const rejected = anApproval({ ...asked, status: 'rejected', closedBy: 'U0APP', closedReason: words });
  const links = (status: 'EXPIRED' | 'PROCESSING') => times(250, () => ({ ...link, status }));
  const rows = times(500, () =>
    anAuditRow({ action: name, outcome: words, reason: words, ipayUuid: name, linkId: words }),
  );
  const full = aPage({ links: times(10, () => link), mismatched: 3, totalRecords: 500 });
  const tracked = aTrackedLink({ activity: entries, ipayUuid: name, statusText: words });
  return [
    [
      'link card',
      linkCard({ tracked, record: link, recordProblem: undefined }, { now: NOW, automatic: 'stopped' }),
    ],
    [
      'unknown link card',
      linkCard(
        { tracked: { ...tracked, status: 'UNKNOWN' }, record: undefined, recordProblem: words },
        { now: NOW },
      ),
    ],
    [
      'links refused',
      linksRefused(
        times(20, (index) => ({ linkId: `${index}`, problem: words })),
        times(19, (index) => String(index).padStart(24, '0')),
        undefined,
      ),
    ],
    [
      'list',
      linkList(
        aList({
          query: { statuses: ['ISSUED'], contact: 'Asha', pageNumber: 2 },
          page: full,
          older: pageBeside({ statuses: ['ISSUED'], contact: 'Asha', pageNumber: 2 }, 'older'),
          newer: pageBeside({ statuses: ['ISSUED'], contact: 'Asha', pageNumber: 2 }, 'newer'),
        }),
        { now: NOW, seal },
      ),
    ],
    ['list read whole', linkList(sortedList(full.links), { now: NOW, seal })],
    [
      'list with boxes',
      linkList(sortedList(full.links, { boxes: true }), {
        now: NOW,
        seal,
        names: new Map([['U0OPS', name]]),
      }),
    ],
    [
      'saved lists',
      savedListsMessage(
        times(20, (index) => ({ ...savedAs(name), slot: index + 1 })),
        NOW,
      ),
    ],
    ['list saved', listSaved(savedAs(name), NOW)],
    [
      'list of unknown',
      linkList(aList({ page: { ...full, links: times(10, () => unknown) } }), { now: NOW, seal }),
    ],
    ...INTENTS.map((intent): [string, Message] => [
      `choice to ${intent}`,
      linkChoice(
        { kind: 'several', links: times(10, () => link), more: true, incomplete: words },
        { intent, what: words, now: NOW },
      ),
    ]),
    ['brief help', briefHelp(() => true)],
    [
      'found in a message',
      foundInMessage(
        times(20, (index) => ({
          what: words,
          links: times(index % 2 ? 10 : 0, (nth) => ({ ...link, linkId: `${index} ${nth}` })),
          more: true,
          incomplete: words,
          environment: 'sandbox' as const,
        })),
        { now: NOW, offers: () => true, more: true },
      ),
    ],
    ['below an address', message(fallback`below`, unfurl(unknown, { environment: 'sandbox', now: NOW }))],
    ['nothing found', nothingFound(words, words, { seal, near: suggestions(words) })],
    [
      'missed digests',
      missedNotice({
        reason: 'refused',
        lastDueAt: NOW,
        amount: 1_000_000,
        atLeast: true,
        perhapsPosted: true,
      }),
    ],
    ...[asked, ended, rejected].flatMap((request): [string, Message][] => [
      [`card, ${request.status}`, approvalCard(alone(request), NOW)],
      [`notice, ${request.status}`, requesterNotice(alone(request), NOW)],
      [
        `opened, ${request.status}`,
        requestOpened(alone(request), { now: NOW, alreadyOpen: true, channelId: 'C0APP' }),
      ],
      [
        `refused, ${request.status}`,
        decisionRefused('finished', alone(request), { now: NOW, actorId: 'U0LATE' }),
      ],
    ]),
    ...[asked, ended, rejected].flatMap((request): [string, Message][] => {
      const twenty = aBatch(20, () => without(request));
      return [
        [`card of 20 links, ${request.status}`, approvalCard(twenty, NOW, { approvers: MENTIONS })],
        [`notice of 20 links, ${request.status}`, requesterNotice(twenty, NOW)],
        [`nudge of 20 links, ${request.status}`, approvalNudge(twenty, NOW, { approvers: MENTIONS })],
        [`emergency of 20 links, ${request.status}`, emergencyNotice(twenty, NOW)],
        [
          `opened of 20 links, ${request.status}`,
          requestOpened(twenty, { now: NOW, alreadyOpen: false, channelId: 'C0APP' }),
        ],
        [
          `waiting of 20 links, ${request.status}`,
          waitingList(
            times(100, () => twenty),
            { actorId: 'U0ME' },
            NOW,
            twenty,
          ),
        ],
      ];
    }),
    ...[asked, ended].flatMap((request): [string, Message][] => [
      [
        `details, ${request.status}`,
        requestDetails(
          { batch: alone(request), link: tracked, audit: { rows: rows.slice(0, 40), earlier: 12 } },
          NOW,
        ),
      ],
      [`outcome in a thread, ${request.status}`, sharedOutcome(request, NOW)],
    ]),
    [
      'details without InstantPay',
      requestDetails({ batch: alone(asked), link: { problem: words }, audit: { rows: [], earlier: 0 } }, NOW),
    ],
    [
      'details of a link',
      linkDetails(
        {
          link: { tracked, record: link, recordProblem: undefined },
          audit: { rows: rows.slice(0, 40), earlier: 0 },
        },
        NOW,
      ),
    ],
    ['question', questionPost(alone(asked), question, NOW)],
    ['question by direct message', questionNotice(alone(asked), question, { now: NOW, cardLink: undefined })],
    ['question sent', questionSent(alone(asked), NOW)],
    ['question refused', questionRefused('finished', alone(ended), NOW)],
    ['nudge', approvalNudge(alone(asked), NOW)],
    [
      'away',
      awayList(
        times(500, () => DELEGATION),
        'U0ME',
        NOW,
      ),
    ],
    ['nobody away', awayList([], 'U0ME', NOW)],
    ['you are away', youAreAway(DELEGATION, NOW, { ...DELEGATION, deputyId: LONGEST_ID })],
    ['deputy named', deputyNamed(DELEGATION, NOW)],
    ['deputy ended', deputyEnded(DELEGATION, NOW)],
    ['back', backAgain(DELEGATION, NOW)],
    ...ESCALATED.map((to): [string, Message] => [
      `escalated to ${to}`,
      approvalEscalation(alone(asked), NOW, { to, called: MENTIONS, requester: words }),
    ]),
    ['emergency', emergencyNotice(alone(ended), NOW)],
    [
      'waiting',
      waitingList(
        times(500, () => alone(asked)),
        { actorId: 'U0ME' },
        NOW,
      ),
    ],
    [
      'digests',
      subscriptionList(
        times(200, () => longSchedule),
        SHOWN,
      ),
    ],
    [
      'digests paused',
      digestsPaused(
        times(200, () => longSchedule.subscription),
        'channel_gone',
        NOW,
      ),
    ],
    [
      'digests refused',
      digestsRefused(
        times(200, () => longSchedule.subscription),
        'channel_gone',
        NOW,
      ),
    ],
    ['digest subscribed', subscriptionSaved(longSchedule, { ...SHOWN, lead: SUBSCRIBED, isMember: false })],
    [
      'audit',
      auditList(
        { query: { linkId: words, actorId: 'U0REQ', csv: false }, lines: asLines(rows), more: true },
        NOW,
      ),
    ],
    [
      'audit of requests',
      auditList(
        {
          query: { linkId: undefined, actorId: 'U0REQ', cancels: true, csv: false },
          lines: times(500, () => ({ kind: 'request', at: NOW, batch: alone(asked) })),
          more: true,
        },
        NOW,
      ),
    ],
    [
      'digest',
      perhapsAgain(
        digestMessage(aDigest(['EXPIRED', 'PROCESSING'], [...links('EXPIRED'), ...links('PROCESSING')]), {
          now: NOW,
        }),
      ),
    ],
    [
      'digest of what expires soon',
      perhapsAgain(
        digestMessage(
          aDigest(['EXPIRED', 'PROCESSING'], [...soon(500), ...links('EXPIRED')], {
            purpose: words.slice(0, 200),
            changes: {
              kind: 'since',
              at: 1,
              of: CHANGE_KINDS.map((kind) => ({ kind, count: 9_999_999, named: soon(2) })),
            },
          }),
          { now: NOW, file: true },
        ),
      ),
    ],
    [
      'links of a digest',
      statusList(
        {
          query: { status: 'ISSUED', purpose: words.slice(0, 200), pageNumber: 99_999 },
          at: NOW,
          links: soon(20),
          hasOlder: true,
          total: 10_000_000,
          environment: 'sandbox',
          incomplete: words,
        },
        { offers: OFFER_ALL },
      ),
    ],
    [
      'possible duplicates',
      linksList({ at: NOW, links: soon(10), asked: 20, environment: 'sandbox' }, { offers: OFFER_ALL }),
    ],
    [
      'stuck',
      stuckList(aStuck(soon(500), { pageNumber: 2, before: 20, unclear: 480, incomplete: words }), {
        now: NOW,
        offers: OFFER_ALL,
      }),
    ],
    [
      'stuck links told',
      stuckMessage(
        aStuckNotice(soon(100), { escalateTo: times(10, (index) => `S0${'X'.repeat(20)}${index}`) }),
        NOW,
      ),
    ],
    ['nothing stuck', stuckList(aStuck([], { incomplete: words }), { now: NOW, offers: OFFER_ALL })],
    ['expiring', expiringList(anExpiring(soon(500), words), { now: NOW, offers: OFFER_ALL, names: named })],
    [
      'expiring, to read',
      expiringList(anExpiring(soon(500), words), { now: NOW, offers: () => false, names: named }),
    ],
    ['nothing expires', expiringList(anExpiring([], words), { now: NOW, offers: OFFER_ALL, names: named })],
    ...DIGEST_FILE_KINDS.map((kind): [string, Message] => [
      `no ${kind} of a digest`,
      fileMissing(kind, words),
    ]),
    ...(['links', 'audit'] as const).flatMap((what): [string, Message][] => {
      const query = { what, statuses: KNOWN_STATUSES, from: '2025-11-20', to: '2026-11-20' };
      const most = 999_999_999;
      return [
        [`export of ${what}, under way`, exportProgress({ id: 'e1', query }, { read: most, of: most }, NOW)],
        [`export of ${what}, stopped`, exportStopped(query, NOW)],
        [`export of ${what}, done`, exportDone(query, { rows: most, undated: most, unreadable: most }, NOW)],
        [`export of ${what}, failed`, exportFailed(query, words, NOW)],
      ];
    }),
    ...([true, false] as const).map((isDone): [string, Message] => [
      `reminders, ${isDone ? 'done' : 'under way'}`,
      remindersMessage(
        {
          items: times(100, (index) => ({
            linkId: LINK_ID,
            state: REMINDER_STATES[index % REMINDER_STATES.length] ?? 'sent',
            name: index % 2 === 0 ? words : undefined,
            amountPaise: 99_99_99_99_999,
            words,
            nextAt: NOW,
          })),
        },
        { now: NOW, cooldownMs: NOW, isDone },
      ),
    ]),
    [
      'incomplete digest',
      digestMessage(aDigest(['EXPIRED'], [], { complete: false, reason: words }), { now: NOW }),
    ],
    [
      'watches',
      watchList(
        times(50, () => aWatched({ facts: { ...aWatched().facts, name: words } })),
        { now: NOW, seal },
      ),
    ],
    ['news of a link', linkNews(aLinkNews({ facts: { ...aWatched().facts, name: words } }), NEWS)],
    [
      'link watched',
      linkWatched(
        {
          tracked: aTrackedLink(),
          record: aLink({ contact: { name: words, email: words, mobile: words } }),
          recordProblem: undefined,
        },
        { kind: 'started', now: NOW, until: NOW },
      ),
    ],
    [
      'transaction watched',
      transactionWatched({ externalRef: 'W'.repeat(100), date: '2026-11-19', aeps: true }, WATCHED),
    ],
    [
      'text for support',
      supportText(
        aReport({
          answer: anAnswer({
            message: words,
            referenceId: words,
            orderReferenceId: words,
            statuscode: words,
            transactionStatusCode: words,
            ipayUuid: words,
          }),
        }),
        NOW,
      ),
    ],
    [
      'transaction',
      transactionCard(
        aReport({
          old: true,
          answer: anAnswer({
            query: 'failed',
            message: words,
            referenceId: words,
            orderReferenceId: words,
            service: [words, words],
            bank: words,
            tags: [words, words],
            answeredAbout: { externalRef: words, date: '2026-11-18' },
            pool: {
              ...BOOKING,
              referenceId: words,
              feePaise: 1,
              surchargePaise: 1,
              cashbackPaise: 1,
              tdsPaise: 1,
            },
            account: words,
            statuscode: words,
            transactionStatusCode: words,
            ipayUuid: words,
            reversal: { ...BOOKING, referenceId: words },
          }),
        }),
        { now: NOW, seal },
      ),
    ],
    [
      'reminded',
      reminded(
        { linkId: words, message: words, cooldownUntil: NOW, ipayUuid: words, environment: 'live' },
        NOW,
      ),
    ],
    ['failure', failure(words, { supportCode: words, ipayUuid: words, usage: 'txn' })],
    ['notice', notice(words)],
    [
      'not understood',
      notUnderstood(
        {
          ok: false,
          problem: words,
          about: 'list',
          suggestions: suggestions(words),
          undated: { reference: words, typed: words },
        },
        { seal },
      ),
    ],
    ['private details', privateDetails(new Revealed(everything), words, NOW)],
    ['help', help(undefined, () => true, peopleBlocks(everybody()))],
    ['words', help('words')],
    ['summary of approvals', approvedSummary(manyDecisions(asked), NOW)],
    ['permissions', whoAmI(everybody())],
    ['welcome', welcome(everybody(), () => true)],
  ];
}

/** With everything that a list can say. */
function sortedList(links: PayoutLink[], changes: Partial<ListQuery> = {}): LinkList {
  const query = { ...LARGEST_FILTER, contact: 'x'.repeat(150), pageNumber: 20, ...changes };
  return aList({
    query,
    page: aPage({ links, recordFrom: 191, recordTo: 200, totalRecords: 1_000_000, unreadable: 999_999 }),
    older: pageBeside(query, 'older'),
    newer: pageBeside(query, 'newer'),
    order: 'expiring',
    totals: { count: 1_000_000, totalPaise: 10n ** 22n, amountUnknown: 1_000_000, undated: 1_000_000 },
    incomplete: 'x'.repeat(1_000),
    tooMany: true,
    added: 99_999,
    lost: true,
    reminded: new Map(links.map(({ linkId }) => [linkId, { linkId, at: 0, actorId: 'U0OPS' }])),
  });
}

const savedAs = (name: string): KeptList => ({
  name: name.slice(0, 40),
  filter: { ...LARGEST_FILTER, contact: name.slice(0, 150) },
  slot: 1,
  at: NOW,
});

const LARGEST_FILTER: ListFilter = {
  statuses: KNOWN_STATUSES,
  contact: undefined,
  from: '2026-11-10',
  to: '2026-11-30',
  overPaise: 9_007_199_254_740_991 - 1,
  underPaise: 9_007_199_254_740_991,
  sort: 'expiring',
};

const suggestions = (words: string) =>
  times(3, () => ({ name: 'list' as const, typed: `list ${words}`, shown: words }));

describe.each(Object.entries(PIECES))('with text of %s at its longest', (_name, piece) => {
  const messages = extremes(piece);

  test.each(messages)(
    'the %s is within the budget and every limit, and so is its short form',
    (_what, shown) => {
      expect(problemsOf(shown)).toEqual([]);
      expect(problemsOf(shortForm(shown))).toEqual([]);
      expect(costOf(shortForm(shown).blocks)).toBeLessThan(4_000);
      expect(shown.text.length).toBeLessThanOrEqual(LIMITS.summaryText);
    },
  );

  test('a page of ten links shows them all, and what a list leaves out is counted', () => {
    const of = (what: string) => messages.find(([name]) => name === what)?.[1] ?? { text: '', blocks: [] };
    expect(menusOf(of('list'))).toHaveLength(10);
    expect(labelsOf(of('list'))).toContain('Older');
    for (const [what, all] of [
      ['waiting', 500],
      ['audit', 500],
    ] as const) {
      const shown =
        what === 'audit'
          ? of(what).blocks.filter((block) => block.type === 'divider').length - 1
          : of(what).blocks.filter((block) => block.type === 'actions').length;
      expect(shown).toBeGreaterThan(what === 'audit' ? 3 : 14);
      expect(readable(of(what))).toContain(`… ${all - shown} more`);
      expect(of(what).text).toMatch(/… \d+ more$/);
    }
    // The newest of a history come last, so the earliest are dropped.
    expect(readable(of('link card'))).toMatch(/… \d+ earlier entries/);
    expect(labelsOf(of('link card'))).toContain('Refresh');
  });

  test.each([
    [
      'reject',
      rejectReasonModal(
        '{}',
        alone(anApproval({ contact: { name: piece.repeat(300), email: undefined, mobile: undefined } })),
      ),
    ],
    ['emergency', emergencyModal('{}', alone(anApproval({ linkId: piece.repeat(1_000) })))],
    ['track', trackForm('{}')],
    ['request', cancelLinkForm('{}')],
    ['check a transaction', transactionForm('{}', { today: '2026-11-20', reference: piece.repeat(1_000) })],
    ['subscribe', subscriptionForm('{}', longSchedule.subscription, true)],
    ['list', listForm('{}', { ...LARGEST_FILTER, contact: piece.repeat(1_000) })],
  ])('the form to %s is too', (_what, view) => {
    expect(problemsOfView(view)).toEqual([]);
    expect(textLength(view.blocks)).toBeLessThan(LIMITS.messageBudget);
  });
});

describe('the budget', () => {
  const row = (index: number, length: number) => ({
    blocks: [section(plain('x'.repeat(length))), section(plain(`row ${index}`))],
    fallback: fallback`row ${index}`,
  });

  test('counts every text, those of buttons and dialogs too, and 125 a block', () => {
    const blocks = [section(md`12345`), section(plain('123'))];
    expect(costOf(blocks)).toBe(8 + 2 * 125);
    expect(textLength({ confirm: { title: { text: '12' }, text: { text: '345' } }, value: '6789' })).toBe(5);
  });

  test('keeps what must stay, drops whole rows from the end, and says how many in blocks and text', () => {
    const shown = message(fallback`Lead`, [
      section(md`top`),
      { rows: times(20, (index) => row(index, 500)), further: 30 },
      section(md`bottom`),
    ]);
    const rows = shown.blocks.length - 3;
    expect(rows % 2).toBe(0);
    const left = 50 - rows / 2;
    expect(readable(shown).startsWith('top')).toBe(true);
    expect(readable(shown).endsWith(`… ${left} more\nbottom`)).toBe(true);
    expect(shown.text).toBe(`Lead: ${times(rows / 2, (index) => `row ${index}`).join('; ')}; … ${left} more`);
    // One more row would not have fitted.
    expect(costOf(shown.blocks) + 500 + 5 + 2 * 125).toBeGreaterThan(LIMITS.messageBudget - 70);
  });

  test.each([0, 49, 50, 51, 400])(
    'of %i rows it shows the same, whether all are made or the first alone',
    (count) => {
      const made: number[] = [];
      const small = (index: number) => {
        made.push(index);
        return { blocks: [section(plain(`row ${index}`))], fallback: fallback`row ${index}` };
      };
      const all = times(count, (index) => index);
      const parts = (rows: Parameters<typeof fit>[0][number]) => [section(md`top`), rows];
      const whole = message(fallback`Lead`, parts({ rows: all.map(small) }));
      made.length = 0;
      expect(message(fallback`Lead`, parts(firstRows(all, small)))).toEqual(whole);
      expect(made).toEqual(all.slice(0, LIMITS.blocksInMessage));
    },
  );

  test('takes from the longer list first, and from the start of a history', () => {
    const { blocks } = fit([
      { rows: times(3, (index) => row(index, 10)) },
      {
        rows: times(40, (index) => row(index, 10)),
        dropFrom: 'start',
        more: (hidden) => md`${hidden} earlier`,
      },
    ]);
    expect(blocks.length).toBeLessThanOrEqual(50);
    const words = readable({ blocks });
    expect(words.indexOf('row 2')).toBeGreaterThan(-1);
    expect(words).toMatch(/row 2\n\d+ earlier\n/);
    expect(words.endsWith('row 39')).toBe(true);
  });

  test('clips what must stay when it is too long by itself, and drops nothing unsaid', () => {
    const long = times(8, () => section(plain(...times(5, () => 'y'.repeat(600)))));
    const { blocks } = message(fallback`x`, long);
    expect(blocks).toHaveLength(8);
    expect(costOf(blocks)).toBeLessThanOrEqual(LIMITS.messageBudget);
    for (const block of blocks) expect(JSON.stringify(block)).toContain('…');
    const flood = message(
      fallback`x`,
      times(50, () => section(md`${words(400)}`)),
    );
    expect(costOf(flood.blocks)).toBeLessThanOrEqual(LIMITS.messageBudget);
    expect(readable(flood)).toMatch(/… \d+ more$/);
  });

  test('a summary is plain and clipped by whole rows', () => {
    const shown = message(fallback`*Lead* with ${md`\`code\``}.`, [
      { rows: times(60, () => ({ blocks: [], fallback: fallbackText('z'.repeat(100)) })) },
    ]);
    expect(shown.text.startsWith('Lead with code. z')).toBe(true);
    expect(shown.text).toMatch(/z; … 3\d more$/);
  });
});

/** Words of Payout Desk of this length. */
const words = (length: number) => times(length, () => md`w`).reduce((all, one) => md`${all}${one}`, md``);
