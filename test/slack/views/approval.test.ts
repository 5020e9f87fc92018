/** Owns the views of a cancel request: true in every state, for each person it concerns. */

import { describe, expect, test } from 'vitest';
import type { NoDecision, Outcome } from '../../../src/payouts/cancel/outcome.ts';
import type { CancelRequest } from '../../../src/payouts/cancel/request.ts';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import {
  ALREADY_APPROVED,
  APPROVAL_NOT_SAVED,
  CLICK_EFFECTS,
  decisionRefused,
  NO_EMERGENCY,
  OWN_REQUEST,
  requestOpened,
} from '../../../src/slack/views/approval-answers.ts';
import { approvalCard, approvalNudge, requesterNotice } from '../../../src/slack/views/approval-card.ts';
import { ACTION_IDS } from '../../../src/slack/block-kit/ids.ts';
import { NOTHING_WAITING, ONE_MORE, waitingList } from '../../../src/slack/views/approval-list.ts';
import { md, person, userGroup } from '../../../src/slack/block-kit/text.ts';
import { elementsOf, labelsOf, problemsOf, readable, textsOf } from '../shown.ts';
import { alone } from '../../payouts/setup.ts';
import { aBatch, anApproval, anOutcome, DECIDED, LINK_ID, NOW } from './samples.ts';
import { LEFT_OUT } from '../../../src/payouts/cancel/words.ts';
import { ASK_INSTANTPAY, BATCH_TITLES, LINK_LEFT_OUT } from '../../../src/slack/views/batch-words.ts';
import {
  LINK_EXPIRED_AS_WELL,
  NOTHING_SENT_YET,
  NOT_SENT_AGAIN,
  NOT_UNTIL_CONFIRMED,
  STATE_TITLES,
  stateWords,
} from '../../../src/slack/views/approval-words.ts';
import { OUTCOME_REASONS, OUTCOME_TITLES, statusIsNow } from '../../../src/slack/views/outcome-words.ts';
import {
  ANOTHER_APPROVAL,
  ASK_REQUESTER,
  EMERGENCY_APPROVAL,
  NO_LONGER_APPROVER,
} from '../../../src/slack/views/approval-parts.ts';

const refused = (kind: Outcome['kind'], more: Partial<Outcome> = {}): Partial<CancelRequest> => ({
  ...DECIDED,
  status: 'refused',
  outcome: anOutcome({ kind, message: 'InstantPay said so', linkStatus: undefined, ...more }),
});

/** Each state with words that must be there. */
const STATES: [string, Partial<CancelRequest>, ...words: string[]][] = [
  ['pending', {}, 'Expires 21 Nov 2026, 08:00'],
  ['approved', { ...DECIDED, status: 'approved' }, 'Approved by <@U0APP>'],
  [
    'put off',
    { ...DECIDED, status: 'approved', problem: 'No route', wakeAt: NOW + 60_000 },
    NOTHING_SENT_YET,
    'today 10:01',
  ],
  ['executing', { ...DECIDED, status: 'executing' }, NOT_UNTIL_CONFIRMED],
  [
    'unknown',
    { ...DECIDED, status: 'unknown', problem: 'Timed out', wakeAt: NOW + 5 * 60_000 },
    NOT_SENT_AGAIN,
    'today 10:05',
  ],
  [
    'unresolved',
    { ...DECIDED, status: 'unresolved', outcome: anOutcome({ kind: 'still_unknown', linkStatus: 'ISSUED' }) },
    OUTCOME_TITLES.still_unknown,
  ],
  ['cancelled', { ...DECIDED, status: 'executed', outcome: anOutcome() }, OUTCOME_TITLES.cancelled],
  [
    'cancelled, seen by tracking',
    { ...DECIDED, status: 'executed', outcome: anOutcome({ settledByTracking: true }) },
    OUTCOME_REASONS.seenCancelled,
  ],
  [
    'link changed',
    refused('link_changed', { linkStatus: 'CLAIMED' }),
    statusIsNow('CLAIMED'),
    OUTCOME_REASONS.notCancellable,
  ],
  [
    'another amount',
    refused('link_changed', { linkStatus: 'ISSUED', amountPaise: 99_00_000_00 }),
    OUTCOME_REASONS.amountChanged(99_00_000_00, 2_50_000_00),
    '₹99,00,000.00',
  ],
  ['recipient won', refused('recipient_won', { linkStatus: 'PROCESSING' }), OUTCOME_TITLES.recipient_won],
  ['expired', refused('link_expired', { linkStatus: 'EXPIRED' }), OUTCOME_TITLES.link_expired],
  ['refused', refused('instantpay_refused'), OUTCOME_TITLES.instantpay_refused],
  ['wrong environment', refused('wrong_environment'), OUTCOME_TITLES.wrong_environment],
  ['too late', refused('too_late'), OUTCOME_REASONS.tooLate],
  [
    'rejected',
    { status: 'rejected', decidedAt: NOW, closedBy: 'U0APP', closedReason: 'Vendor waits' },
    'Rejected by <@U0APP> today 10:00',
  ],
  ['expired', { status: 'expired', decidedAt: NOW }, STATE_TITLES.expired, 'today 10:00'],
  ['withdrawn', { status: 'withdrawn', decidedAt: NOW, closedBy: 'U0REQ' }, 'Withdrawn by <@U0REQ>'],
];

const firstBlock = ({ blocks }: { blocks: unknown[] }) => readable({ blocks: blocks.slice(0, 1) });

describe.each(STATES)('a request that is %s', (name, changes, ...words) => {
  const request = anApproval(changes);
  const card = approvalCard(alone(request), NOW);
  const notice = requesterNotice(alone(request), NOW);

  test('says so on the card and to the requester, with what it was about', () => {
    for (const message of [card, notice]) {
      expect(problemsOf(message)).toEqual([]);
      for (const fact of [...words, '₹2,50,000.00', 'Asha Rao', 'Duplicate of invoice 118', '*LIVE*']) {
        expect(readable(message)).toContain(fact);
      }
    }
    // A decided card is three lines: the link's ID is behind Details.
    expect(readable(card).includes(LINK_ID)).toBe(name === 'pending');
    expect(readable(notice)).toContain(LINK_ID);
    // What notifications show: the summary on phones, the first block on desktops.
    for (const shown of [notice.text, firstBlock(notice), card.text, firstBlock(card)])
      for (const fact of ['₹2,50,000.00', 'Asha Rao']) expect(shown).toContain(fact);
  });

  test('has buttons only while it waits, and claims neither a cancel nor a refund', () => {
    const pending = ['Approve', 'Reject', 'Details', ASK_REQUESTER];
    expect(labelsOf(card)).toEqual(name === 'pending' ? pending : ['Details']);
    for (const message of [card, notice]) {
      const all = `${message.text}\n${readable(message)}`;
      expect(all).not.toMatch(/refund|credited|money (is|was) back/i);
      if (request.outcome?.kind !== 'cancelled') {
        for (const claim of [
          OUTCOME_TITLES.cancelled,
          OUTCOME_REASONS.confirmed,
          OUTCOME_REASONS.seenCancelled,
        ])
          expect(all).not.toContain(claim);
      }
    }
  });
});

describe('the card', () => {
  test('asks before a decision, naming amount and link, and carries the approval id alone', () => {
    const request = anApproval({ contact: { name: 'x'.repeat(500), email: undefined, mobile: undefined } });
    for (const element of elementsOf(approvalCard(alone(request), NOW))) {
      expect(element['value']).toBe(request.id);
      // Reject asks in its form, which says the same; a dialog before it would ask twice.
      if (element['action_id'] !== ACTION_IDS.approvalApprove) expect(element['confirm']).toBeUndefined();
      else {
        expect(JSON.stringify(element['confirm'])).toContain('₹2,50,000.00');
        expect(JSON.stringify(element['confirm'])).toContain(LINK_ID);
      }
    }
  });

  test('counts approvals where two are needed', () => {
    const request = anApproval({ approvalsRequired: 2, approvals: [{ userId: 'U0APP', at: NOW }] });
    expect(readable(approvalCard(alone(request), NOW))).toContain('1 of 2 approvals: <@U0APP>');
    expect(readable(approvalCard(alone(request), NOW))).toContain('Waiting for 1 more approval');
    expect(readable(approvalCard(alone(anApproval({ approvalsRequired: 2 })), NOW))).toContain(
      ANOTHER_APPROVAL,
    );
  });

  test('shows InstantPay’s words; its request ID is told to the requester, and behind Details', () => {
    const request = anApproval({ ...refused('instantpay_refused'), ipayUuid: 'h0059zzz' });
    expect(readable(approvalCard(alone(request), NOW))).toContain('“InstantPay said so”');
    expect(readable(approvalCard(alone(request), NOW))).not.toContain('h0059zzz');
    expect(readable(requesterNotice(alone(request), NOW))).toContain('InstantPay request ID h0059zzz');
  });

  test('names the deputy with the approver, before and after the decision', () => {
    const approvals = [{ userId: 'U0DEP', at: NOW, onBehalfOf: 'U0APP' }];
    const waiting = anApproval({ approvalsRequired: 2, approvals });
    expect(readable(approvalCard(alone(waiting), NOW))).toContain('<@U0DEP> for <@U0APP>');
    const decided = anApproval({ ...DECIDED, status: 'approved', approvals });
    expect(readable(approvalCard(alone(decided), NOW))).toContain('<@U0DEP> for <@U0APP>');
    const lost = anApproval({ approvalsRequired: 2, voidApprovals: approvals });
    expect(readable(approvalCard(alone(lost), NOW))).toMatch(
      new RegExp(`<@U0DEP> for <@U0APP>, ${NO_LONGER_APPROVER}`),
    );
  });

  test('says the rule it was made under, and notifies nobody by it', () => {
    const rule = { fromPaise: 200_000_00, approvals: 2, users: ['U0CFO'], groups: ['S0FIN'] };
    const card = readable(approvalCard(alone(anApproval({ rule, approvalsRequired: 2 })), NOW));
    expect(card).toContain('From ₹2,00,000.00: 2 approvals');
    expect(card).not.toMatch(/U0CFO|S0FIN/);
    expect(readable(approvalCard(alone(anApproval()), NOW))).not.toContain('₹2,00,000.00');
  });

  test.each([
    { fromPaise: 0, approvals: 1, says: undefined },
    { fromPaise: 0, approvals: 2, says: 'From ₹0.00: 2 approvals' },
    { fromPaise: 50_000_00, approvals: 1, says: 'From ₹50,000.00: 1 approval' },
  ])('a tier is said where it differs: from $fromPaise, $approvals', ({ fromPaise, approvals, says }) => {
    const rule = { fromPaise, approvals, users: ['U0CFO'], groups: [] };
    const card = readable(approvalCard(alone(anApproval({ rule, approvalsRequired: approvals })), NOW));
    if (says === undefined) expect(card).not.toMatch(/From ₹|1 approval/);
    else expect(card).toContain(says);
  });

  test('reminds once with the time left', () => {
    const message = approvalNudge(alone(anApproval()), NOW);
    expect(readable(message)).toContain('Expires 21 Nov 2026, 08:00');
    expect(labelsOf(message)).toEqual(['Show request']);
  });

  test('notifies with amount, recipient and reason, mentions approvers and names the requester', () => {
    const audience = {
      approvers: md`${userGroup('S0APP')} ${person('U0APP')}`,
      requester: 'Ravi *Menon* <!here>',
    };
    for (const message of [
      approvalCard(alone(anApproval()), NOW, audience),
      approvalNudge(alone(anApproval()), NOW, audience),
    ]) {
      expect(problemsOf(message)).toEqual([]);
      for (const fact of ['₹2,50,000.00', 'Asha Rao', 'Duplicate of invoice 118', 'Ravi'])
        expect(message.text).toContain(fact);
      for (const fact of ['₹2,50,000.00', 'Asha Rao']) expect(firstBlock(message)).toContain(fact);
      expect(readable(message)).toContain('For approval: <!subteam^S0APP> <@U0APP>');
      const mrkdwn = textsOf(message.blocks, 'mrkdwn').join();
      expect(`${mrkdwn}${message.text}`).not.toMatch(/<@U0REQ>|<!here>|\*Menon/);
    }
    const card = approvalCard(alone(anApproval()), NOW, audience);
    expect(readable({ blocks: card.blocks.slice(0, 2) })).toContain('Duplicate of invoice 118');
    expect(readable(approvalCard(alone(anApproval()), NOW, audience))).toContain('Ravi *Menon* <!here>');
    // Without a name the requester must still be known.
    expect(readable(approvalCard(alone(anApproval()), NOW))).toContain('<@U0REQ>');
    // Nobody is called once it is decided.
    expect(readable(approvalCard(alone(anApproval({ status: 'withdrawn' })), NOW, audience))).not.toContain(
      'subteam',
    );
  });
});

describe('private answers', () => {
  test('an opened request says where it stands and can be withdrawn', () => {
    const message = requestOpened(alone(anApproval()), {
      now: NOW,
      alreadyOpen: false,
      channelId: 'C0APP',
      cardLink: 'https://x.slack.com/archives/C0APP/p1',
    });
    expect(readable(message)).toContain('<https://x.slack.com/archives/C0APP/p1|View request>');
    expect(readable(message)).toContain('<#C0APP>');
    expect(labelsOf(message)).toEqual(['Withdraw']);
  });

  test('one that stood already says whose it is and how it stands', () => {
    const unknown = anApproval({ ...DECIDED, status: 'unknown' });
    const message = requestOpened(alone(unknown), {
      now: NOW,
      alreadyOpen: true,
      channelId: 'C0APP',
    });
    expect(readable(message)).toContain('already open');
    expect(readable(message)).toContain('Requested by <@U0REQ> today 08:00');
    expect(readable(message)).toContain(stateWords(unknown, NOW).what);
    expect(labelsOf(message)).toEqual(['Show request']);
  });

  test.each<[NoDecision, Partial<CancelRequest>, string, string[]]>([
    [
      'finished',
      { status: 'rejected', decidedAt: NOW, closedBy: 'U0APP', closedReason: 'Vendor waits' },
      'Rejected by <@U0APP>',
      [],
    ],
    ['expired', { status: 'expired', decidedAt: NOW }, 'expired tomorrow 08:00', []],
    ['own_request', {}, OWN_REQUEST, ['Withdraw']],
    [
      'already_approved',
      { approvalsRequired: 2, approvals: [{ userId: 'U0APP', at: NOW }] },
      '1 of 2 approvals',
      [],
    ],
    ['not_requester', {}, 'Only <@U0REQ>', []],
    ['approvers_unknown', {}, APPROVAL_NOT_SAVED, []],
    ['no_emergency', {}, NO_EMERGENCY, []],
  ])('%s: told why nothing changed', (why, changes, words, labels) => {
    const message = decisionRefused(why, alone(anApproval(changes)), { now: NOW, actorId: 'U0LATE' });
    expect(readable(message)).toContain(words);
    expect(readable(message)).toContain(why === 'finished' ? CLICK_EFFECTS.late : CLICK_EFFECTS.none);
    expect(message.text).not.toContain(why === 'finished' ? CLICK_EFFECTS.none : CLICK_EFFECTS.late);
    expect(labelsOf(message)).toEqual(labels);
  });
});

test('an approval that no longer counts is on the card as one', () => {
  const vote = (userId: string) => ({ userId, at: NOW });
  const card = approvalCard(
    alone(anApproval({ approvalsRequired: 2, approvals: [vote('U0APP')], voidApprovals: [vote('U0LEFT')] })),
    NOW,
  );
  expect(readable(card)).toContain('1 of 2 approvals: <@U0APP>');
  expect(readable(card)).toContain(`Not counted: <@U0LEFT>, ${NO_LONGER_APPROVER}`);
  expect(readable(approvalCard(alone(anApproval({})), NOW))).not.toContain(NO_LONGER_APPROVER);
});

test('a second click of the approver whose first one counted is no alarm', () => {
  const approved = anApproval({ status: 'executed', approvals: [{ userId: 'U0APP', at: NOW }] });
  const again = decisionRefused('finished', alone(approved), { now: NOW, actorId: 'U0APP' });
  expect(readable(again)).toContain(ALREADY_APPROVED);
  expect(readable(again)).not.toContain('closed');
});

describe('the waiting list', () => {
  test('offers what the reader may do with each request', () => {
    const mine = anApproval({ requestedBy: 'U0ME' });
    const voted = anApproval({ approvalsRequired: 2, approvals: [{ userId: 'U0ME', at: NOW }] });
    const message = waitingList([mine, anApproval(), voted].map(alone), { actorId: 'U0ME' }, NOW);
    expect(labelsOf(message)).toEqual(['Withdraw', 'Details', 'Approve', 'Reject', 'Details', 'Details']);
    expect(readable(message)).toContain('by <@U0REQ>');
    expect(readable(message)).toContain('tomorrow 08:00');
    expect(readable(message)).toContain(ONE_MORE);
  });

  test('shows as many as fit and counts the rest', () => {
    const many = Array.from({ length: 40 }, (_none, index) =>
      anApproval({ requestedAt: NOW - index * HOUR_MS }),
    );
    const message = waitingList(many.map(alone), { actorId: 'U0ME' }, NOW);
    expect(problemsOf(message)).toEqual([]);
    expect(readable(message)).toContain('40 cancellation requests waiting');
    const shown = labelsOf(message).filter((label) => label === 'Approve').length;
    expect(shown).toBeGreaterThanOrEqual(20);
    expect(readable(message)).toContain(`… ${40 - shown} more`);
    expect(message.text).toMatch(new RegExp(`… ${40 - shown} more$`));
  });

  test('a row that was just decided becomes its outcome in its place, and the count goes down', () => {
    const at = (hours: number, changes: Partial<CancelRequest> = {}) =>
      alone(
        anApproval({ id: `r${hours}`, batchId: `r${hours}`, requestedAt: NOW - hours * HOUR_MS, ...changes }),
      );
    const ended = at(2, { ...DECIDED, status: 'executed', outcome: anOutcome(), amountPaise: 777 });
    const message = waitingList([at(3), at(1)], { actorId: 'U0ME' }, NOW, ended);
    expect(problemsOf(message)).toEqual([]);
    expect(readable(message)).toContain('2 cancellation requests waiting');
    const live = ['Approve', 'Reject', 'Details'];
    expect(labelsOf(message)).toEqual([...live, 'Details', ...live]);
    expect(readable(message)).toContain(`${OUTCOME_TITLES.cancelled}: ₹7.77 to Asha Rao`);
    expect(message.text).toMatch(/^₹7\.77 to Asha Rao\. /);
    // The last one leaves its outcome, and that nothing waits.
    const last = waitingList([], { actorId: 'U0ME' }, NOW, ended);
    for (const words of [NOTHING_WAITING, OUTCOME_TITLES.cancelled]) expect(readable(last)).toContain(words);
    // The first of two approvals leaves the request in the list, once.
    const half = at(2, { approvalsRequired: 2, approvals: [{ userId: 'U0ME', at: NOW }] });
    expect(labelsOf(waitingList([half], { actorId: 'U0ME' }, NOW, half))).toEqual(['Details']);
  });

  test('says when there is none', () => {
    const none = waitingList([], { actorId: 'U0ME' }, NOW);
    for (const shown of [readable(none), none.text]) expect(shown).toContain(NOTHING_WAITING);
    expect(labelsOf(none)).toEqual([]);
  });
});

test('an emergency approval is said of the administrator alone, and who approved before is named as such', () => {
  const emergency = anApproval({
    status: 'executed',
    approvals: [
      { userId: 'U0ONE', at: NOW },
      { userId: 'U0ADMIN', at: NOW },
    ],
    emergencyReason: 'The vendor waits.',
    decidedAt: NOW,
  });
  const shown = readable(approvalCard(alone(emergency), NOW));
  expect(shown).toContain('Emergency approval by <@U0ADMIN> today 10:00. Approved before by <@U0ONE>.');
});

test('a request that expired with its link does not invite a new one', () => {
  const expired = anApproval({ status: 'expired', expiresAt: NOW, linkExpiresAt: NOW, decidedAt: NOW });
  const shown = readable(requesterNotice(alone(expired), NOW));
  expect(shown).toContain(LINK_EXPIRED_AS_WELL);
  expect(shown).not.toContain('/payout cancel');
});

describe('several links in one request', () => {
  const boxesOf = (card: { blocks: unknown[] }) =>
    elementsOf(card).filter((element) => element['type'] === 'checkboxes');
  const valuesOf = (options: unknown) =>
    (Array.isArray(options) ? options : []).map((one: { value: string }) => one.value);

  test('each has a box, all selected, ten a block, in the order in which they were named', () => {
    const batch = aBatch(13, (index) => ({
      contact: { name: `Recipient ${index}`, email: undefined, mobile: undefined },
    }));
    const card = approvalCard(batch, NOW);
    const [first, second] = boxesOf(card);
    const ids = batch.requests.map(({ linkId }) => linkId);
    expect(valuesOf(first?.['options'])).toEqual(ids.slice(0, 10));
    expect(valuesOf(second?.['options'])).toEqual(ids.slice(10));
    for (const boxes of [first, second]) expect(boxes?.['initial_options']).toEqual(boxes?.['options']);
    expect(firstBlock(card)).toContain('13 links, ₹32,50,000.00 in total');
    expect(card.text).toContain('13 links, ₹32,50,000.00 in total');
    expect(labelsOf(card)).toEqual(expect.arrayContaining(['Approve', 'Reject']));
  });

  test('what was left out is no longer offered, and its line says so', () => {
    const out = { status: 'rejected' as const, closedBy: 'U0APP', closedReason: LEFT_OUT, wakeAt: undefined };
    const card = approvalCard(
      aBatch(3, (index) => (index === 1 ? out : {})),
      NOW,
    );
    expect(boxesOf(card).flatMap(({ options }) => valuesOf(options))).toHaveLength(2);
    expect(readable(card)).toContain(LINK_LEFT_OUT);
  });

  test.each([
    ['all cancelled', ['executed', 'executed'], '2 of 2 links cancelled', '✅'],
    ['one not', ['executed', 'refused'], '1 of 2 links cancelled', '⚪'],
    ['one not confirmed', ['executed', 'unknown'], '1 of 2 links cancelled, 1 not confirmed', '⚠️'],
    ['one still to be sent', ['executed', 'approved'], '1 of 2 links cancelled, 1 in progress', '⏳'],
  ] as const)('decided, %s: the title counts, and each has a line', (_name, statuses, title, sign) => {
    const batch = aBatch(2, (index) => ({
      ...DECIDED,
      status: statuses[index] ?? 'executed',
      outcome: statuses[index] === 'executed' ? anOutcome() : undefined,
      contact: { name: `Recipient ${index}`, email: undefined, mobile: undefined },
    }));
    for (const message of [approvalCard(batch, NOW), requesterNotice(batch, NOW)]) {
      expect(firstBlock(message)).toContain(title);
      expect(firstBlock(message)).toContain(sign);
      for (const index of [0, 1]) expect(readable(message)).toContain(`Recipient ${index}`);
      expect(labelsOf(message)).toEqual(['Details']);
    }
    // Long IDs are behind Details.
    expect(readable(approvalCard(batch, NOW))).not.toContain(batch.requests[0].linkId);
  });

  test('a link that a day of checks did not settle sends the requester to InstantPay, with its ID', () => {
    const unresolved = { ...DECIDED, status: 'unresolved' as const, ipayUuid: 'h00unresolved' };
    const executed = { ...DECIDED, status: 'executed' as const, outcome: anOutcome() };
    const notice = requesterNotice(
      aBatch(2, (index) => (index === 0 ? executed : unresolved)),
      NOW,
    );
    expect(readable(notice)).toContain(ASK_INSTANTPAY);
    expect(readable(notice)).toContain('h00unresolved');
    expect(firstBlock(notice)).toContain('🔴');
  });

  test.each(['rejected', 'expired', 'withdrawn'] as const)('%s: none of them was cancelled', (status) => {
    const batch = aBatch(2, () => ({ status, closedBy: 'U0APP', decidedAt: NOW }));
    expect(readable(approvalCard(batch, NOW))).toContain(BATCH_TITLES[status]);
  });
});

describe('a private copy', () => {
  const offers = (...given: string[]) => ({ offers: (permission: string) => given.includes(permission) });
  const one = alone(anApproval({ emergencyAllowed: true }));
  const labels = (...given: string[]) => labelsOf(approvalCard(one, NOW, offers(...given)));

  test('has the buttons of its reader', () => {
    expect(labels('look')).toEqual(['Details']);
    expect(labels('look', 'approve')).toEqual(['Approve', 'Reject', 'Details', ASK_REQUESTER]);
    expect(labels('look', 'administer')).toEqual([EMERGENCY_APPROVAL, 'Details']);
    expect(labelsOf(approvalCard(one, NOW))).toContain(EMERGENCY_APPROVAL);
  });

  test('of the list too', () => {
    const list = (...given: string[]) =>
      labelsOf(waitingList([one], { actorId: 'U0ME', ...offers(...given) }, NOW));
    expect(list('look')).toEqual(['Details']);
    expect(list('look', 'approve')).toEqual(['Approve', 'Reject', 'Details']);
  });
});
