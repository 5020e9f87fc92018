/** Owns the fallback text of every message: it carries what the blocks show, and nothing private. */

import { expect, test } from 'vitest';
import { createSeal } from '../../../src/slack/block-kit/seal.ts';
import type { Message } from '../../../src/slack/block-kit/blocks.ts';
import { Revealed } from '../../../src/payouts/links/revealed.ts';
import { decisionRefused, requestOpened } from '../../../src/slack/views/approval-answers.ts';
import {
  approvalCard,
  approvalNudge,
  emergencyNotice,
  requesterNotice,
} from '../../../src/slack/views/approval-card.ts';
import { approvalEscalation } from '../../../src/slack/views/approval-escalation.ts';
import {
  QUESTION_NOT_SENT,
  questionNotice,
  questionPost,
  questionRefused,
  questionSent,
  sharedOutcome,
} from '../../../src/slack/views/approval-thread.ts';
import { waitingList } from '../../../src/slack/views/approval-list.ts';
import { awayList, deputyNamed, youAreAway } from '../../../src/slack/views/away.ts';
import { istInstant } from '../../../src/payouts/time.ts';
import { auditList } from '../../../src/slack/views/audit-list.ts';
import { digestsPaused, digestsRefused, subscriptionList } from '../../../src/slack/views/subscriptions.ts';
import { isOfSettings } from '../../../src/payouts/subscriptions/subscription.ts';
import { aScheduled } from './catalogue-subscriptions.ts';
import { digestMessage } from '../../../src/slack/views/digest-message.ts';
import { foundInMessage } from '../../../src/slack/views/found-in-message.ts';
import { waitingItem } from '../../../src/payouts/links/reminder-run.ts';
import { stuckMessage } from '../../../src/slack/views/stuck-message.ts';
import { stuckList } from '../../../src/slack/views/stuck-list.ts';
import { exportDone } from '../../../src/slack/views/export-message.ts';
import { expiringList } from '../../../src/slack/views/expiring-list.ts';
import { remindersMessage } from '../../../src/slack/views/reminder-run.ts';
import { linkCard } from '../../../src/slack/views/link-card.ts';
import { notUnderstood } from '../../../src/slack/views/suggestions.ts';
import { linkChoice, nothingFound } from '../../../src/slack/views/link-choice.ts';
import { listSaved, savedListsMessage } from '../../../src/slack/views/saved-lists.ts';
import { linkList } from '../../../src/slack/views/link-list.ts';
import { OUTCOME_TITLES } from '../../../src/slack/views/outcome-words.ts';
import { privateDetails } from '../../../src/slack/views/private-details.ts';
import { transactionCard } from '../../../src/slack/views/transaction-card.ts';
import { watchList } from '../../../src/slack/views/watch.ts';
import { linkNews } from '../../../src/slack/views/watch-news.ts';
import { aLinkNews, aWatched } from './samples-watches.ts';
import { readable } from '../shown.ts';
import { alone } from '../../payouts/setup.ts';
import {
  aDigest,
  aLink,
  aList,
  anApproval,
  anAuditRow,
  anExpiring,
  aStuck,
  aStuckNotice,
  anOutcome,
  aPage,
  aReport,
  aTrackedLink,
  DECIDED,
  LINK_ID,
  NOW,
  asLines,
} from './samples.ts';
import { actionLabel } from '../../../src/slack/views/audit-labels.ts';

const LINK = ['₹12,500.00', 'Asha Rao', 'ISSUED'];
const REQUEST = ['₹2,50,000.00', 'Asha Rao', 'C-1042'];
const links = [
  aLink(),
  aLink({
    linkId: LINK_ID.replace('6', '7'),
    amountPaise: 7_700,
    contact: { name: 'Ravi', email: undefined, mobile: undefined },
  }),
];
const several = { kind: 'several', links, more: false, incomplete: undefined } as const;
const rejected = anApproval({ status: 'rejected', closedBy: 'U0APP', closedReason: 'Vendor waits' });
const done = anApproval({ ...DECIDED, status: 'executed', outcome: anOutcome(), emergencyReason: 'Fraud' });

const RULE = { fromPaise: 200_000_00, approvals: 2, users: ['U0CFO'], groups: ['S0FIN'] };
const DELEGATION = { userId: 'U0APP', deputyId: 'U0DEP', since: NOW, until: istInstant('2026-11-22') };

const asked = { id: 'V1', by: 'U0APP', at: NOW, text: 'Which invoice?' };

/** What the blocks show and the summary has to say. */
const MESSAGES: [string, Message, string[]][] = [
  [
    'link card',
    linkCard({ tracked: aTrackedLink(), record: aLink(), recordProblem: undefined }, { now: NOW }),
    [...LINK, LINK_ID, 'Link sent to'],
  ],
  [
    'list',
    linkList(aList({ page: aPage({ links }) }), { now: NOW, seal: createSeal('secret') }),
    [...LINK, '₹77.00', 'Ravi'],
  ],
  [
    'saved lists',
    savedListsMessage(
      [
        {
          name: 'urgent',
          slot: 1,
          at: NOW,
          filter: { statuses: ['ISSUED'], contact: undefined, overPaise: 7_700 },
        },
      ],
      NOW,
    ),
    ['1 saved list of 20', 'urgent', 'ISSUED', 'over ₹77.00'],
  ],
  [
    'list saved',
    listSaved({ name: 'urgent', slot: 1, at: NOW, filter: { statuses: [], contact: 'Asha' } }, NOW),
    ['List saved', 'urgent'],
  ],
  [
    'found in a message',
    foundInMessage(
      [
        { what: LINK_ID, links: [aLink()], more: false, incomplete: undefined, environment: 'live' },
        { what: 'asha@example.in', links: [], more: false, incomplete: undefined, environment: undefined },
      ],
      { now: NOW, offers: () => true, more: false },
    ),
    [...LINK, '1 payout link found'],
  ],
  [
    'nothing found',
    nothingFound('Asha', undefined, {
      seal: createSeal('secret'),
      near: [{ name: 'audit', typed: 'audit Asha', shown: '/payout audit Asha' }],
    }),
    ['Asha', '/payout audit Asha'],
  ],
  [
    'not understood',
    notUnderstood(
      {
        ok: false,
        problem: 'Why not.',
        about: undefined,
        suggestions: [{ name: 'list', typed: 'list', shown: '/payout list' }],
      },
      { seal: createSeal('secret') },
    ),
    ['Why not.', '/payout list'],
  ],
  ['question', questionPost(alone(anApproval()), asked, NOW), ['Which invoice?', 'U0APP', 'U0REQ', 'C-1042']],
  [
    'question by direct message',
    questionNotice(alone(anApproval()), asked, { now: NOW, cardLink: undefined }),
    [...REQUEST, 'Which invoice?', 'U0APP'],
  ],
  ['question sent', questionSent(alone(anApproval()), NOW), [...REQUEST, 'U0REQ']],
  ['question refused', questionRefused('finished', alone(done), NOW), [...REQUEST, QUESTION_NOT_SENT]],
  ['outcome in a thread', sharedOutcome(done, NOW), ['₹2,50,000.00', OUTCOME_TITLES.cancelled, 'C-1042']],
  ['choice', linkChoice(several, { intent: 'track', what: 'a', now: NOW }), [...LINK, '₹77.00', 'Ravi']],
  [
    'card',
    approvalCard(alone(anApproval()), NOW),
    [...REQUEST, 'Duplicate of invoice 118', 'Waiting for approval'],
  ],
  ['ended card', approvalCard(alone(done), NOW), [...REQUEST, 'Link cancelled']],
  ['notice', requesterNotice(alone(rejected), NOW), [...REQUEST, 'Rejected by <@U0APP>']],
  ['nudge', approvalNudge(alone(anApproval()), NOW), [...REQUEST, 'Duplicate of invoice 118']],
  ['emergency', emergencyNotice(alone(done), NOW), [...REQUEST, 'U0APP']],
  ...(['deputies', 'administrators'] as const).map((to): [string, Message, string[]] => [
    `escalation to ${to}`,
    approvalEscalation(alone(anApproval()), NOW, { to }),
    [...REQUEST, 'Duplicate of invoice 118', 'Expires'],
  ]),
  [
    'not of this tier',
    decisionRefused('not_of_tier', alone(anApproval({ rule: RULE })), { now: NOW, actorId: 'U0LATE' }),
    ['₹2,00,000.00', '2 approvals', '<!subteam^S0FIN>', '<@U0CFO>'],
  ],
  ['you are away', youAreAway(DELEGATION, NOW, undefined), ['<@U0DEP>', '21 Nov 2026']],
  ['deputy named', deputyNamed(DELEGATION, NOW), ['<@U0APP>', '21 Nov 2026']],
  ['away', awayList([DELEGATION], 'U0ME', NOW), ['1 approver away']],
  [
    'opened',
    requestOpened(alone(anApproval()), { now: NOW, alreadyOpen: false, channelId: 'C0APP' }),
    REQUEST,
  ],
  ['refused', decisionRefused('finished', alone(rejected), { now: NOW, actorId: 'U0LATE' }), ['Rejected by']],
  [
    'waiting',
    waitingList(
      [anApproval(), anApproval({ amountPaise: 100 })].map(alone),
      { actorId: 'U0ME' },
      NOW,
      alone({ ...done, id: 'done', batchId: 'done' }),
    ),
    [...REQUEST, '₹1.00', 'Link cancelled'],
  ],
  [
    'audit',
    auditList(
      {
        query: { linkId: undefined, actorId: undefined, csv: false },
        lines: asLines([anAuditRow()]),
        more: false,
      },
      NOW,
    ),
    ['₹12,500.00', actionLabel('cancel.requested'), LINK_ID, 'U0REQ'],
  ],
  [
    'digests of a channel',
    subscriptionList([aScheduled({ cron: '0 10 * * 1-5' })], { now: NOW, offers: () => true, isOfSettings }),
    ['1 digest', 'Monday to Friday at 10:00, Asia/Kolkata', 'EXPIRED', 'Next: '],
  ],
  [
    'digests paused',
    digestsPaused([aScheduled().subscription], 'channel_archived', NOW),
    ['1 digest paused', 'C0DIGESTS', 'archived', 'Resume'],
  ],
  [
    'digests refused',
    digestsRefused([aScheduled().subscription], 'channel_archived', NOW),
    ['1 digest not posted', 'C0DIGESTS', 'archived', 'Unarchive'],
  ],
  ['digest', digestMessage(aDigest(['ISSUED'], links), { now: NOW }), ['ISSUED: 2 · ₹12,577', 'All clear']],
  [
    'stuck list',
    stuckList(aStuck(links), { now: NOW, offers: () => true }),
    ['PROCESSING for more than 24 hours: 2', '₹12,577.00', 'Asha Rao', 'claimed 2 days ago', 'first seen'],
  ],
  [
    'message of stuck links',
    stuckMessage(aStuckNotice(links), NOW),
    [
      '1 link is still PROCESSING after 3 days · ₹12,500.00',
      'Asha Rao',
      'PROCESSING for more than 24 hours · ₹77.00',
      'Ravi',
    ],
  ],
  [
    'expiring list',
    expiringList(anExpiring(links.map((link) => ({ ...link, expiresAt: NOW + 1 }))), {
      now: NOW,
      offers: () => true,
      names: new Map(),
    }),
    ['₹12,500.00', 'Asha Rao', '₹77.00', 'Ravi', 'Expire within 2 days: 2', '₹12,577.00'],
  ],
  [
    'digest of what expires soon',
    digestMessage(
      aDigest(
        ['EXPIRED'],
        links.map((link) => ({ ...link, expiresAt: NOW + 1 })),
      ),
      { now: NOW },
    ),
    ['2 to remind', '2 · ₹12,577', '₹12,500 to Asha Rao', '₹77 to Ravi'],
  ],
  [
    'export',
    exportDone(
      { what: 'links', statuses: ['CLAIMED'], from: '2026-11-01', to: '2026-11-20' },
      { rows: 1_234, undated: 2, unreadable: 0 },
      NOW,
    ),
    ['1,234 links', '1 Nov 2026 to 20 Nov 2026', 'CLAIMED', '2 links'],
  ],
  [
    'reminders',
    remindersMessage(
      {
        items: [
          { ...waitingItem(LINK_ID), state: 'not_confirmed', name: 'Asha Rao', amountPaise: 1_250_000 },
          { ...waitingItem(LINK_ID), state: 'sent', name: 'Ravi' },
        ],
      },
      { now: NOW, cooldownMs: 3_600_000, isDone: true },
    ),
    ['1 reminder sent, 1 not confirmed', 'Asha Rao', '₹12,500.00'],
  ],
  [
    'news of a link',
    linkNews(aLinkNews(), { now: NOW, offers: () => true }),
    ['CLAIMED', 'Asha Rao', '₹12,500.00'],
  ],
  [
    'watches',
    watchList([aWatched()], { now: NOW, seal: createSeal('secret') }),
    ['PROCESSING', 'Asha Rao', '₹12,500.00'],
  ],
  [
    'transaction',
    transactionCard(aReport(), { now: NOW, seal: createSeal('secret') }),
    ['INV-118', '₹500.00', 'Successful'],
  ],
];

test.each(MESSAGES)('the %s', (_name, shown, facts) => {
  for (const fact of facts) {
    expect(readable(shown)).toContain(fact);
    expect(shown.text).toContain(fact);
  }
  // Read aloud as it is: no marks of formatting.
  expect(shown.text).not.toMatch(/[*`]|<http/);
});

/** What a phone shows of a notification. */
const NOTIFIED = 150;

test.each(MESSAGES)('the %s notifies with what its blocks begin with', (_name, shown) => {
  expect(shown.text.trim()).not.toBe('');
  const [amount] = /₹[\d,]+(\.\d\d)?/.exec(readable(shown)) ?? [];
  if (amount !== undefined) expect(shown.text.slice(0, NOTIFIED)).toContain(amount);
  // IDs of 36 characters are useless in a notification, most of all when read aloud.
  expect(`${shown.text}${readable(shown)}`).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
});

test('short answers on a request fit a notification whole, amount first', () => {
  const short = [
    approvalNudge(alone(anApproval()), NOW),
    emergencyNotice(alone(done), NOW),
    requestOpened(alone(anApproval()), { now: NOW, alreadyOpen: false, channelId: 'C0APP' }),
    requestOpened(alone(anApproval()), { now: NOW, alreadyOpen: true, channelId: 'C0APP' }),
    decisionRefused('own_request', alone(anApproval()), { now: NOW, actorId: 'U0REQ' }),
    decisionRefused('finished', alone(rejected), { now: NOW, actorId: 'U0LATE' }),
  ];
  for (const { text } of short) {
    expect(text.length, text).toBeLessThanOrEqual(NOTIFIED);
    expect(text).toMatch(/^(\w+ \w+: )?₹2,50,000\.00 to Asha Rao\. /);
  }
});

test('what is revealed stands in neither of the two places that a notification shows', () => {
  const details = {
    name: 'Asha Rao',
    email: 'asha@example.in',
    mobile: '9820015742',
    url: 'https://instant.pe/LS25FH',
    qrUrl: 'https://instant.pe/qr/LS25FH',
    accounts: [{ number: '50100012341234', ifsc: 'HDFC0001234' }],
  };
  const shown = privateDetails(new Revealed(details), LINK_ID, NOW);
  expect(readable(shown)).toContain('9820015742');
  const notified = `${shown.text}\n${readable({ blocks: shown.blocks.slice(0, 1) })}`;
  for (const secret of ['Asha', 'asha@', '98200', 'LS25FH', '501000', 'HDFC'])
    expect(notified).not.toContain(secret);
  expect(notified).toContain(LINK_ID);
});
