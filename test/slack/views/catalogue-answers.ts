/** Owns the catalogue's part on short answers: refusals, notices, what happened to a digest, what was revealed. */

import { UNEXPECTED } from '../../../src/slack/answer-error.ts';
import { notPermitted } from '../../../src/payouts/access-words.ts';
import { NO_DECISIONS } from '../../../src/payouts/cancel/outcome.ts';
import type { ExportQuery } from '../../../src/payouts/exports/run.ts';
import { Revealed } from '../../../src/payouts/links/revealed.ts';
import type { Batch } from '../../../src/payouts/cancel/batch.ts';
import { DAY_MS, HOUR_MS } from '../../../src/payouts/time.ts';
import { md } from '../../../src/slack/block-kit/text.ts';
import { decisionRefused } from '../../../src/slack/views/approval-answers.ts';
import { approvalEscalation } from '../../../src/slack/views/approval-escalation.ts';
import { questionRefused, questionSent } from '../../../src/slack/views/approval-thread.ts';
import { approvedSummary } from '../../../src/slack/views/approve-selected.ts';
import { backAgain, deputyEnded } from '../../../src/slack/views/away.ts';
import { fileMissing } from '../../../src/slack/views/digest-files.ts';
import {
  exportDone,
  exportFailed,
  exportProgress,
  exportStopped,
} from '../../../src/slack/views/export-message.ts';
import { help } from '../../../src/slack/views/help.ts';
import { linksRefused } from '../../../src/slack/views/links-refused.ts';
import {
  failure,
  lookingThrough,
  lookingUp,
  notice,
  NOT_SAVED_YET,
  reminded,
} from '../../../src/slack/views/notices.ts';
import { privateDetails } from '../../../src/slack/views/private-details.ts';
import { transactionCard } from '../../../src/slack/views/transaction-card.ts';
import { type CatalogueEntry, seal } from './catalogue.ts';
import { aBatch } from './catalogue-requests.ts';
import { watchEntries } from './catalogue-watches.ts';
import { anAnswer, anOutcome, aReport, DECIDED, LINK_ID, NOW } from './samples.ts';

const DELEGATION = { userId: 'U0APP', deputyId: 'U0DEP', since: NOW - HOUR_MS, until: NOW + 2 * DAY_MS };

const EXPORT: ExportQuery = { what: 'links', statuses: ['CLAIMED'], from: '2026-11-01', to: '2026-11-20' };

/** The request as it is when a decision on it is refused for this reason. */
function refusedBatch(why: (typeof NO_DECISIONS)[number]): Batch {
  const half = (userId: string) => ({ approvalsRequired: 2, approvals: [{ userId, at: NOW - HOUR_MS }] });
  if (why === 'finished') return aBatch({ ...DECIDED, status: 'executed', outcome: anOutcome() });
  if (why === 'expired')
    return aBatch({ status: 'expired', requestedAt: NOW - DAY_MS, expiresAt: NOW - 2 * HOUR_MS });
  if (why === 'already_approved') return aBatch(half('U0LATE'));
  if (why === 'counted_once') return aBatch(half('U0APP'));
  return aBatch();
}

export function answerEntries(): CatalogueEntry[] {
  const cancelled = aBatch({ ...DECIDED, status: 'executed', outcome: anOutcome() });
  return [
    ...NO_DECISIONS.map((why) => ({
      name: `decision-refused-${why.replaceAll('_', '-')}`,
      shown: decisionRefused(why, refusedBatch(why), { now: NOW, actorId: 'U0LATE' }),
    })),
    {
      name: 'approved-summary',
      shown: approvedSummary([{ kind: 'approved', batch: cancelled, isNew: true }], NOW),
    },
    {
      name: 'escalation-deputies',
      shown: approvalEscalation(aBatch(), NOW, {
        to: 'deputies',
        called: md`<@U0DEP>`,
        requester: 'Meera Iyer',
      }),
    },
    { name: 'digest-file-missing', shown: fileMissing('list', 'The upload was refused.') },
    {
      name: 'export-under-way',
      shown: exportProgress({ id: 'e1', query: EXPORT }, { read: 12_000, of: 100_000 }, NOW),
    },
    { name: 'export-stopped', shown: exportStopped(EXPORT, NOW) },
    {
      name: 'export-done',
      shown: exportDone(EXPORT, { rows: 1_234, undated: 2, unreadable: 1 }, NOW),
    },
    {
      name: 'export-failed',
      shown: exportFailed(EXPORT, 'InstantPay reports 150 links, 119 were read.', NOW),
    },
    { name: 'question-sent', shown: questionSent(aBatch(), NOW) },
    { name: 'question-refused', shown: questionRefused('finished', cancelled, NOW) },
    { name: 'away-deputy-ended', shown: deputyEnded(DELEGATION, NOW) },
    { name: 'away-back', shown: backAgain(DELEGATION, NOW) },
    {
      name: 'links-refused',
      shown: linksRefused([{ linkId: LINK_ID, problem: 'CLAIMED: paid to the recipient.' }], [], undefined),
    },
    { name: 'help-words', shown: help('words') },
    { name: 'notice-looking-up', shown: lookingUp() },
    { name: 'notice-looking-through', shown: lookingThrough(2_000, 15_000) },
    { name: 'notice-not-saved-yet', shown: notice(NOT_SAVED_YET) },
    {
      name: 'failure-unexpected',
      shown: failure(UNEXPECTED, {
        supportCode: '7KQ2',
        ipayUuid: 'h0059zzz',
      }),
    },
    { name: 'failure-no-permission', shown: failure(notPermitted('operate'), { contacts: ['U0ADM'] }) },
    {
      name: 'reminder-sent',
      shown: reminded(
        {
          linkId: LINK_ID,
          message: 'Sent to ******5742',
          cooldownUntil: NOW + HOUR_MS,
          environment: 'live',
          ipayUuid: 'h0059zzz',
        },
        NOW,
      ),
    },
    {
      name: 'private-details',
      shown: privateDetails(
        new Revealed({
          name: 'Asha Rao',
          email: undefined,
          mobile: '9820011101',
          url: undefined,
          qrUrl: undefined,
          accounts: [],
        }),
        LINK_ID,
        NOW,
      ),
    },
    ...watchEntries(),
    ...(['under_process', 'unknown'] as const).map((outcome) => ({
      name: `transaction-${outcome.replaceAll('_', '-')}`,
      shown: transactionCard(aReport({ answer: anAnswer({ outcome }) }), { now: NOW, seal }),
    })),
  ];
}
