/** Owns every view with hostile text in every field: it stays text, nothing is empty, no limit of Slack is broken. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '../../../src/payouts/audit-entry.ts';
import type { Principals } from '../../../src/payouts/policy.ts';
import type { Rights } from '../../../src/payouts/rights.ts';
import { Revealed } from '../../../src/payouts/links/revealed.ts';
import { createSeal } from '../../../src/slack/block-kit/seal.ts';
import type { Message } from '../../../src/slack/block-kit/blocks.ts';
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
import { digestMessage } from '../../../src/slack/views/digest-message.ts';
import { linksList, statusList } from '../../../src/slack/views/digest-show.ts';
import { REMINDER_STATES } from '../../../src/payouts/links/reminder-run.ts';
import { stuckMessage } from '../../../src/slack/views/stuck-message.ts';
import { stuckList } from '../../../src/slack/views/stuck-list.ts';
import { fileMissing } from '../../../src/slack/views/digest-files.ts';
import { exportFailed } from '../../../src/slack/views/export-message.ts';
import { expiringList } from '../../../src/slack/views/expiring-list.ts';
import { remindersMessage } from '../../../src/slack/views/reminder-run.ts';
import { listSaved, savedListsMessage } from '../../../src/slack/views/saved-lists.ts';
import { subscriptionForm } from '../../../src/slack/views/subscription-form.ts';
import {
  CHANGED,
  digestsPaused,
  digestsRefused,
  subscriptionList,
  subscriptionSaved,
} from '../../../src/slack/views/subscriptions.ts';
import { missedNotice } from '../../../src/slack/views/digest-missed.ts';
import { COMMAND_NAMES } from '../../../src/slack/parse/vocabulary.ts';
import { help } from '../../../src/slack/views/help.ts';
import { transactionForm } from '../../../src/slack/views/entry-forms.ts';
import { listForm } from '../../../src/slack/views/list-form.ts';
import { foundInMessage } from '../../../src/slack/views/found-in-message.ts';
import { linkCard } from '../../../src/slack/views/link-card.ts';
import { INTENTS, linkChoice, nothingFound } from '../../../src/slack/views/link-choice.ts';
import { linkList } from '../../../src/slack/views/link-list.ts';
import { linksRefused } from '../../../src/slack/views/links-refused.ts';
import { failure, notice, reminded } from '../../../src/slack/views/notices.ts';
import { privateDetails } from '../../../src/slack/views/private-details.ts';
import { unfurl } from '../../../src/slack/views/unfurl.ts';
import { notUnderstood } from '../../../src/slack/views/suggestions.ts';
import { transactionCard } from '../../../src/slack/views/transaction-card.ts';
import { OFFER_ALL } from '../../../src/slack/views/offers.ts';
import { supportText } from '../../../src/slack/views/support-text.ts';
import { linkWatched, transactionWatched, watchList } from '../../../src/slack/views/watch.ts';
import { linkNews } from '../../../src/slack/views/watch-news.ts';
import { approvedSummary } from '../../../src/slack/views/approve-selected.ts';
import { welcome } from '../../../src/slack/views/welcome.ts';
import { type ShownPermissions, whoAmI } from '../../../src/slack/views/whoami.ts';
import { size } from '../../chaos/size.ts';
import { problemsOf, problemsOfView, textsOf } from '../shown.ts';
import { amount, request, link, links, MARK, maybe, outside } from './hostile.ts';
import { alone } from '../../payouts/setup.ts';
import { aScheduled } from './catalogue-subscriptions.ts';
import {
  aBatch,
  aDigest,
  aList,
  anAnswer,
  anAuditRow,
  anExpiring,
  aStuck,
  aStuckNotice,
  aPage,
  aReport,
  aTrackedLink,
  activity,
  anApproval,
  LINK_ID,
  NOW,
  pageBeside,
  asLines,
} from './samples.ts';
import { aLinkNews, aWatched } from './samples-watches.ts';

const seal = createSeal('secret');

const MENTION = /<@U0[A-Z]+>|<#C0[A-Z]+>/g;

function check(message: Message): void {
  expect(problemsOf(message)).toEqual([]);
  const formatted = textsOf(message.blocks, 'mrkdwn').join('\n');
  expect(formatted).not.toContain(MARK);
  expect(formatted.replace(MENTION, '')).not.toMatch(/<[@#!]|<http/);
  expect(message.text.replace(MENTION, '')).not.toMatch(/[<>`]|\*b\*|_i_|:tada:/);
  const shown = JSON.stringify(message);
  expect(shown).not.toMatch(/[\u202a-\u202e\u2066\u2067\u200b]/);
  for (const text of [message.text, ...textsOf(message.blocks, 'plain_text')]) {
    expect(text.split('\u2068').length).toBe(text.split('\u2069').length);
  }
  for (const element of textsOf(message.blocks, 'plain_text')) expect(element.trim()).not.toBe('');
  expect(shown).not.toContain('"emoji":true,"text":"Ꝏ');
}

function property<Value>(arbitrary: fc.Arbitrary<Value>, view: (value: Value) => Message): void {
  fc.assert(
    fc.property(arbitrary, (value) => check(view(value))),
    { numRuns: size(100, 300) },
  );
}

describe('outside text in', () => {
  test('a link card', () => {
    const times = fc.constantFrom(undefined, NOW - 5, NOW);
    const entries = fc.array(fc.tuple(outside, times), { maxLength: 40 });
    property(fc.tuple(link, entries, maybe, fc.boolean()), ([record, activities, problem, shared]) =>
      linkCard(
        {
          tracked: aTrackedLink({
            linkId: record.linkId,
            status: record.status,
            statusText: record.statusText,
            ipayUuid: problem,
            activity: activities.map(([text, at]) => ({ ...activity(text, at), accountIfsc: problem })),
          }),
          record: problem ? undefined : record,
          recordProblem: problem,
        },
        { now: NOW, sharedBy: shared ? 'U0REQ' : undefined },
      ),
    );
  });

  test('a list and a choice', () => {
    property(fc.tuple(links, maybe, fc.boolean()), ([rows, what, hasOlder]) =>
      linkList(
        aList({
          query: { statuses: ['ISSUED'], contact: what, pageNumber: 2 },
          page: aPage({ links: rows.slice(0, 10), mismatched: 3, totalRecords: 12 }),
          older: hasOlder
            ? pageBeside({ statuses: [], contact: undefined, pageNumber: 1 }, 'older')
            : undefined,
        }),
        { now: NOW, seal },
      ),
    );
    property(fc.tuple(outside, maybe), ([name, contact]) => {
      const saved = { name, slot: 1, at: NOW, filter: { statuses: [], contact } };
      return savedListsMessage([saved], NOW);
    });
    property(fc.tuple(outside, maybe), ([name, contact]) =>
      listSaved({ name, slot: 1, at: NOW, filter: { statuses: [], contact } }, NOW),
    );
    property(fc.tuple(links, maybe), ([rows, incomplete]) =>
      linkList(
        aList({
          query: { statuses: ['ISSUED'], contact: undefined, pageNumber: 1, boxes: true },
          page: aPage({ links: rows.slice(0, 10) }),
          totals: { count: 1, totalPaise: 1n, amountUnknown: 0, undated: 1 },
          incomplete,
        }),
        { now: NOW, seal },
      ),
    );
    const intents = fc.constantFrom(...INTENTS);
    property(fc.tuple(links, outside, maybe, intents), ([rows, what, incomplete, intent]) =>
      linkChoice(
        { kind: 'several', links: rows.slice(0, 10), more: true, incomplete },
        { intent, what, now: NOW },
      ),
    );
    property(fc.tuple(links, outside, maybe), ([rows, what, incomplete]) =>
      foundInMessage(
        [
          { what, links: rows.slice(0, 10), more: true, incomplete, environment: undefined },
          { what, links: [], more: false, incomplete, environment: undefined },
        ],
        { now: NOW, offers: () => true, more: true },
      ),
    );
    property(link, (one) => ({ text: 'below', blocks: unfurl(one, { environment: undefined, now: NOW }) }));
    property(fc.tuple(outside, maybe), ([what, incomplete]) =>
      nothingFound(what, incomplete, { seal, near: [{ name: 'track', typed: what, shown: what }] }),
    );
  });

  test('everything about a cancel request', () => {
    const batch = fc
      .tuple(fc.array(request, { minLength: 2, maxLength: 20 }), fc.boolean())
      .map(([some, pending]) =>
        aBatch(some.length, (index) => {
          const { contact, purpose, reason, status, outcome, problem, ipayUuid } =
            some[index] ?? anApproval();
          const about = { contact, purpose, reason, problem, ipayUuid };
          return pending ? about : { ...about, status, outcome };
        }),
      );
    property(batch, (several) => approvalCard(several, NOW));
    property(batch, (several) => requesterNotice(several, NOW));
    property(batch, (several) => approvalNudge(several, NOW));
    property(request, (one) => approvalCard(alone(one), NOW));
    property(request, (one) => requesterNotice(alone(one), NOW));
    property(request, (one) => approvalNudge(alone(one), NOW));
    property(fc.tuple(request, outside), ([one, words]) =>
      approvedSummary(
        [
          { kind: 'approved', batch: alone(one), isNew: true },
          { kind: 'refused', batch: alone(one), why: 'finished' },
          { kind: 'refused', batch: alone(one), why: 'own_request' },
          { kind: 'failed', batch: alone(one), message: words },
          { kind: 'failed', batch: undefined, message: words },
        ],
        NOW,
      ),
    );
    const escalated = fc.constantFrom('deputies' as const, 'administrators' as const);
    property(fc.tuple(request, escalated, maybe), ([one, to, requester]) =>
      approvalEscalation(alone(one), NOW, { to, requester }),
    );
    property(request, (one) => emergencyNotice(alone(one), NOW));
    property(fc.tuple(request, fc.boolean(), maybe), ([one, alreadyOpen, cardLink]) =>
      requestOpened(alone(one), { now: NOW, alreadyOpen, cardLink, channelId: 'C0FIN' }),
    );
    const whys = fc.constantFrom(
      'finished',
      'expired',
      'own_request',
      'already_approved',
      'not_requester',
      'no_emergency',
      'not_of_tier',
      'lent_by_requester',
      'deputy_ended',
      'counted_once',
      'approvers_unknown',
    );
    property(fc.tuple(request, whys), ([one, why]) =>
      decisionRefused(why, alone(one), { now: NOW, actorId: 'U0APP' }),
    );
  });

  test('questions, outcomes in threads and lists of requests', () => {
    property(fc.tuple(request, outside, maybe), ([one, text, cardLink]) =>
      questionNotice(alone(one), { id: 'V1', by: 'U0APP', at: NOW, text }, { now: NOW, cardLink }),
    );
    property(fc.tuple(request, outside), ([one, text]) =>
      questionPost(alone(one), { id: 'V1', by: 'U0APP', at: NOW, text }, NOW),
    );
    property(request, (one) => questionSent(alone(one), NOW));
    property(request, (one) => questionRefused('finished', alone(one), NOW));
    property(request, (one) => sharedOutcome(one, NOW));
    property(fc.tuple(fc.array(request, { maxLength: 5 }), request), ([all, one]) =>
      waitingList(all.map(alone), { actorId: 'U0APP' }, NOW, alone(one)),
    );
    property(fc.array(request, { maxLength: 30 }), (all) =>
      waitingList(all.map(alone), { actorId: 'U0APP' }, NOW),
    );
  });

  test('private details', () => {
    const accounts = fc.array(fc.record({ number: outside, ifsc: maybe }), { maxLength: 12 });
    const details = fc.record({
      name: maybe,
      email: maybe,
      mobile: maybe,
      url: maybe,
      qrUrl: maybe,
      accounts,
    });
    property(fc.tuple(details, outside), ([revealed, linkId]) =>
      privateDetails(new Revealed(revealed), linkId, NOW),
    );
  });

  test('a transaction', () => {
    const paise = fc.option(amount, { nil: undefined });
    const booking = {
      amountPaise: paise,
      mode: maybe,
      openingBalancePaise: paise,
      closingBalancePaise: paise,
    };
    const fees = { feePaise: paise, surchargePaise: paise, cashbackPaise: paise, tdsPaise: paise };
    const answer = fc
      .record({
        query: fc.constantFrom('answered', 'failed', 'unreachable', 'not_sent'),
        outcome: fc.constantFrom('successful', 'under_process', 'failed', 'unknown'),
        message: outside,
        statuscode: maybe,
        transactionStatusCode: maybe,
        referenceId: maybe,
        orderReferenceId: maybe,
        service: fc.array(outside, { maxLength: 4 }),
        account: maybe,
        bank: maybe,
        ipayUuid: maybe,
        tags: fc.array(outside, { maxLength: 5 }),
        pool: fc.option(fc.record({ referenceId: maybe, ...booking, ...fees }), { nil: undefined }),
        reversal: fc.option(fc.record({ referenceId: outside, ...booking }), { nil: undefined }),
        answeredAbout: fc.option(fc.record({ externalRef: maybe, date: fc.constant('2026-11-18') }), {
          nil: undefined,
        }),
      })
      .map((fields) => anAnswer(fields));
    const some = fc.option(answer, { nil: undefined });
    property(fc.tuple(some, some, fc.boolean()), ([given, lastAttempt, old]) =>
      transactionCard(aReport({ answer: given, lastAttempt, old, kind: old ? 'kept' : 'fresh' }), {
        now: NOW,
        seal,
      }),
    );
  });

  test('what is watched', () => {
    const facts = fc.record({ name: maybe }).map(({ name }) => ({ ...aWatched().facts, name }));
    const query = fc.record({
      externalRef: outside.map((text) => text.slice(0, 100)),
      date: fc.constant('2026-11-19'),
      aeps: fc.boolean(),
    });
    const subject = fc.oneof(
      fc.constant({ kind: 'link' as const, linkId: LINK_ID }),
      query.map((given) => ({ kind: 'transaction' as const, query: given })),
    );
    const watched = fc.record({ facts, subject }).map((given) => aWatched(given));
    property(fc.array(watched, { minLength: 1, maxLength: 60 }), (all) =>
      watchList(all, { now: NOW, seal: { ...seal, seal: () => 'sealed' } }),
    );
    const news = fc.constantFrom('final', 'returned', 'over', 'failing');
    property(fc.tuple(news, facts), ([told, given]) =>
      linkNews(aLinkNews({ news: told, facts: given }), { now: NOW, offers: OFFER_ALL }),
    );
    property(fc.tuple(link, query), ([record, asked]) => {
      const view = { tracked: aTrackedLink({ linkId: record.linkId }), record, recordProblem: undefined };
      const shown = linkWatched(view, { kind: 'started', now: NOW, until: NOW });
      check(shown);
      return transactionWatched(asked, {
        kind: 'already',
        now: NOW,
        until: NOW,
        dueAt: NOW,
        once: false,
        seal,
      });
    });
    property(fc.tuple(outside, outside, maybe), ([message, referenceId, ipayUuid]) =>
      supportText(aReport({ answer: anAnswer({ message, referenceId, ipayUuid }) }), NOW),
    );
  });

  test('permissions', () => {
    const ids = fc.array(outside).map((users) => ({ everyone: false, users: new Set(users), groups: users }));
    const right = fc.constantFrom('yes', 'no', 'unsure');
    const permissions = fc.record({
      look: right,
      operate: right,
      approve: right,
      lend: right,
      administer: right,
    });
    property(fc.tuple(ids, permissions, maybe), ([named, given, refusal]) =>
      whoAmI(shownTo(named, given, refusal)),
    );
    property(fc.tuple(ids, permissions, maybe), ([named, given, refusal]) =>
      welcome(shownTo(named, given, refusal), (permission) => given[permission] !== 'no'),
    );
  });

  test('who is away, and the deputies', () => {
    const when = fc.integer({ min: NOW, max: NOW + 1e10 });
    const delegation = fc.record({ userId: outside, deputyId: outside, since: when, until: when });
    property(fc.array(delegation), (all) => awayList(all, 'U0ME', NOW));
    property(fc.tuple(delegation, delegation), ([one, before]) => youAreAway(one, NOW, before));
    property(delegation, (one) => deputyNamed(one, NOW));
    property(delegation, (one) => deputyEnded(one, NOW));
    property(delegation, (one) => backAgain(one, NOW));
  });

  test('a notice of missed digests', () => {
    property(fc.nat(), (missed) => missedNotice({ reason: 'refused', lastDueAt: NOW, amount: missed }));
  });

  test('a digest', () => {
    const many = fc.array(link, { maxLength: 40 });
    const statuses = fc.constantFrom(
      ['EXPIRED', 'PROCESSING'] as const,
      ['ISSUED', 'PROCESSING', 'CLAIMED', 'EXPIRED', 'CANCELLED'] as const,
    );
    property(fc.tuple(many, statuses, fc.boolean(), maybe), ([rows, wanted, complete, reason]) =>
      digestMessage(aDigest(wanted, rows, { complete, reason }), {
        now: NOW,
        retry: { at: NOW + 1, until: NOW + 2 },
      }),
    );
    property(fc.tuple(many, maybe), ([rows, typed]) => {
      const purpose = typed?.slice(0, 200);
      const same = rows.map((row, index) => ({ ...row, recipientKey: index % 2 === 0 ? 'one' : 'other' }));
      const of = CHANGE_KINDS.map((kind) => ({ kind, count: 2, named: rows.slice(0, 2) }));
      const changes = { kind: 'since', at: NOW - 1, of } as const;
      return digestMessage(aDigest(['EXPIRED'], same, { changes, purpose }), { now: NOW });
    });
    property(fc.tuple(many, maybe, maybe), ([rows, purpose, incomplete]) =>
      statusList(
        {
          query: { status: 'EXPIRED', purpose: purpose?.slice(0, 200), pageNumber: 2 },
          at: NOW,
          links: rows,
          hasOlder: true,
          total: undefined,
          environment: undefined,
          incomplete,
        },
        { offers: () => true },
      ),
    );
    property(many, (rows) =>
      linksList({ at: NOW, links: rows, asked: 41, environment: 'live' }, { offers: () => true }),
    );
  });

  test('what expires soon, what is stuck, and what became of reminders', () => {
    const many = fc.array(link, { maxLength: 30 });
    property(fc.tuple(many, maybe, maybe, fc.boolean()), ([rows, incomplete, name, offered]) =>
      expiringList(anExpiring(rows, incomplete), {
        now: NOW,
        offers: () => offered,
        names: new Map([['U0REQ', name]]),
      }),
    );
    property(fc.tuple(many, maybe, fc.nat(3)), ([rows, incomplete, unclear]) =>
      stuckList(aStuck(rows, { incomplete, unclear }), { now: NOW, offers: () => true }),
    );
    property(fc.array(link, { minLength: 1, maxLength: 30 }), (rows) =>
      stuckMessage(aStuckNotice(rows, { escalateTo: [] }), NOW),
    );
    const item = fc.record({
      linkId: outside,
      state: fc.constantFrom(...REMINDER_STATES),
      name: maybe,
      amountPaise: fc.option(amount, { nil: undefined }),
      words: maybe,
      nextAt: fc.constantFrom(undefined, NOW),
    });
    property(fc.tuple(fc.array(item, { maxLength: 30 }), fc.boolean()), ([items, isDone]) =>
      remindersMessage({ items }, { now: NOW, cooldownMs: 1, isDone }),
    );
  });

  test('why a digest has no file', () => {
    property(outside, (reason) => fileMissing('list', reason));
  });

  test('why an export failed', () => {
    property(outside, (reason) =>
      exportFailed({ what: 'links', statuses: [], from: '2026-11-01', to: '2026-11-20' }, reason, NOW),
    );
  });

  test('the audit', () => {
    const row = fc
      .record({
        action: outside,
        reason: maybe,
        outcome: maybe,
        ipayUuid: maybe,
        linkId: maybe,
        statusBefore: maybe,
        statusAfter: maybe,
        actorId: fc.constantFrom(SYSTEM_ACTOR, 'U0REQ', MARK),
      })
      .map((fields) => anAuditRow(fields));
    property(fc.tuple(fc.array(row, { maxLength: 20 }), maybe), ([rows, linkId]) =>
      auditList({ query: { linkId, actorId: 'U0REQ', csv: false }, lines: asLines(rows), more: true }, NOW),
    );
    property(request, (one) =>
      auditList(
        {
          query: { linkId: undefined, actorId: undefined, csv: false },
          lines: [{ kind: 'request', at: NOW, batch: alone(one) }],
          more: false,
        },
        NOW,
      ),
    );
    const schedule = fc
      .record({ purpose: maybe, cron: outside, timezone: outside })
      .map((given) => aScheduled(given));
    property(fc.array(schedule, { maxLength: 12 }), (scheduled) =>
      subscriptionList(scheduled, { now: NOW, offers: () => true, isOfSettings: () => false }),
    );
    property(schedule, (one) =>
      subscriptionSaved(one, {
        now: NOW,
        offers: () => true,
        isOfSettings: () => true,
        lead: CHANGED,
        isMember: undefined,
      }),
    );
    property(schedule, ({ subscription }) => digestsPaused([subscription], 'channel_archived', NOW));
    property(schedule, ({ subscription }) => digestsRefused([subscription], 'channel_archived', NOW));
    const audit = fc.array(row, { maxLength: 5 }).map((rows) => ({ rows, earlier: 3 }));
    const now = fc.constantFrom(aTrackedLink(), undefined);
    property(fc.tuple(request, audit, now), ([one, tail, tracked]) =>
      requestDetails({ batch: alone(one), link: tracked, audit: tail }, NOW),
    );
    property(fc.tuple(request, audit, outside), ([one, tail, problem]) =>
      requestDetails({ batch: alone(one), link: { problem }, audit: tail }, NOW),
    );
    property(fc.tuple(link, audit), ([record, tail]) =>
      linkDetails({ link: { tracked: aTrackedLink(), record, recordProblem: undefined }, audit: tail }, NOW),
    );
  });

  test('notices, help and forms', () => {
    property(fc.tuple(outside, maybe), ([one, other]) =>
      failure(one, { supportCode: one, ipayUuid: other, usage: 'txn' }),
    );
    property(outside, (one) => notice(one));
    property(fc.tuple(outside, outside), ([linkId, problem]) =>
      linksRefused([{ linkId, problem }], [], undefined),
    );
    property(outside, (one) =>
      reminded({ linkId: one, message: one, cooldownUntil: NOW, ipayUuid: one, environment: undefined }, NOW),
    );
    property(fc.constantFrom(...COMMAND_NAMES), (name) => help(name));
    property(fc.tuple(outside, outside), ([problem, typed]) =>
      notUnderstood(
        { ok: false, problem, about: 'list', suggestions: [{ name: 'list', typed, shown: typed }] },
        { seal },
      ),
    );
    fc.assert(
      fc.property(outside, (typed) => {
        for (const view of [
          transactionForm('{}', { today: '2026-11-20', reference: typed }),
          listForm('{}', { statuses: [], contact: typed }),
          subscriptionForm(
            '{}',
            aScheduled({ purpose: typed, timezone: typed, cron: typed }).subscription,
            false,
          ),
        ]) {
          expect(problemsOfView(view)).toEqual([]);
          expect(textsOf(view, 'mrkdwn').join()).not.toContain(MARK);
        }
      }),
      { numRuns: 100 },
    );
  });
});

function shownTo(
  named: Principals,
  permissions: Rights['permissions'],
  refusal: string | undefined,
): ShownPermissions {
  return {
    rights: { permissions, refusal },
    policy: { look: named, operate: named, approve: named, administer: named },
    approvalRules: undefined,
    delegations: [...named.users].map((userId) => ({ userId, deputyId: userId, since: NOW, until: NOW })),
    now: NOW,
  };
}
