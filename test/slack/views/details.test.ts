/** Owns the view of `Details`: everything of one request, oldest first, and what is left out is counted. */

import { expect, test } from 'vitest';
import type { RequestDetails } from '../../../src/payouts/cancel/details.ts';
import { MINUTE_MS } from '../../../src/payouts/time.ts';
import { actionLabel } from '../../../src/slack/views/audit-labels.ts';
import { linkDetails, NO_HISTORY, requestDetails } from '../../../src/slack/views/details.ts';
import { alone } from '../../payouts/setup.ts';
import { problemsOf, readable } from '../shown.ts';
import {
  aBatch,
  aLink,
  anApproval,
  anAuditRow,
  anOutcome,
  aTrackedLink,
  DECIDED,
  LINK_ID,
  NOW,
} from './samples.ts';

const details = (changes: Partial<RequestDetails> = {}): RequestDetails => ({
  batch: alone(anApproval()),
  link: aTrackedLink(),
  audit: { rows: [anAuditRow()], earlier: 0 },
  ...changes,
});

test('of one link: state, IDs, approvals, history and audit', () => {
  const vote = { userId: 'U0DEP', at: NOW - MINUTE_MS, onBehalfOf: 'U0APP' };
  const request = anApproval({
    ...DECIDED,
    status: 'executed',
    environment: 'sandbox',
    approvals: [vote],
    voidApprovals: [{ userId: 'U0LEFT', at: NOW - MINUTE_MS }],
    outcome: anOutcome(),
  });
  const shown = requestDetails(details({ batch: alone(request) }), NOW);
  expect(problemsOf(shown)).toEqual([]);
  const words = readable(shown);
  for (const fact of [
    '🧪 SANDBOX · ✅',
    LINK_ID,
    request.id,
    'h0059zzz',
    '1 of 1\n<@U0DEP> for <@U0APP>, today 09:59',
    '<@U0LEFT>, today 09:59',
    'Link sent to ******5742',
    actionLabel('cancel.requested'),
    '“Duplicate of invoice 118”',
  ])
    expect(words).toContain(fact);
});

test('a long audit shows its newest entries, and counts those before', () => {
  const rows = Array.from({ length: 40 }, (_none, index) =>
    anAuditRow({ at: NOW - (40 - index) * MINUTE_MS, detail: `entry ${index}.` }),
  );
  const shown = requestDetails(details({ audit: { rows, earlier: 12 } }), NOW);
  expect(problemsOf(shown)).toEqual([]);
  const words = readable(shown);
  const first = rows.findIndex((_row, index) => words.includes(`entry ${index}.`));
  expect(words).toContain(`… ${12 + first} earlier entries`);
  expect(words.indexOf('entry 38.')).toBeLessThan(words.indexOf('entry 39.'));
  expect(first).toBeLessThan(25);
});

test('of several links: a row with the IDs of each, and where to find their history', () => {
  const batch = aBatch(20);
  const shown = requestDetails(details({ batch, link: undefined }), NOW);
  expect(problemsOf(shown)).toEqual([]);
  for (const { linkId } of batch.requests) expect(readable(shown)).toContain(linkId);
  expect(readable(shown)).toContain(batch.id);
  expect(readable(shown)).toContain('/payout track');
  expect(readable(shown)).not.toContain(NO_HISTORY);
});

test('of a link without anything done to it: no empty list', () => {
  const view = { tracked: aTrackedLink(), record: aLink(), recordProblem: undefined };
  const shown = linkDetails({ link: view, audit: { rows: [], earlier: 0 } }, NOW);
  expect(problemsOf(shown)).toEqual([]);
  for (const fact of [LINK_ID, '1231214145134KRWGF', 'RF-2026-8812', 'h0059a1b2c3'])
    expect(readable(shown)).toContain(fact);
  expect(readable(shown)).not.toContain('Reminders and requests');
});
