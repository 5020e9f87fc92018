/** Owns the look of the approval card: what a decision needs on one screen, urgency, other open links, three lines at the end. */

import { describe, expect, test } from 'vitest';
import type { LinkFacts, OtherLink } from '../../../src/payouts/links/facts.ts';
import type { CancelRequest } from '../../../src/payouts/cancel/request.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import { approvalCard, approvalNudge, COMMENT_HERE } from '../../../src/slack/views/approval-card.ts';
import { OTHERS } from '../../../src/slack/views/approval-facts.ts';
import { ASK_REQUESTER, EMERGENCY_APPROVAL } from '../../../src/slack/views/approval-parts.ts';
import { alone } from '../../payouts/setup.ts';
import { labelsOf, problemsOf, readable } from '../shown.ts';
import { LEFT_OUT } from '../../../src/payouts/cancel/words.ts';
import { aBatch, anApproval, anOutcome, DECIDED, NOW } from './samples.ts';

const other = (changes: Partial<OtherLink> = {}): OtherLink => ({
  linkId: 'b'.repeat(24),
  status: 'ISSUED',
  amountPaise: 1_250_050,
  expiresAt: NOW + 6 * DAY_MS,
  ...changes,
});
const withFacts = (facts: Partial<LinkFacts>, changes: Partial<CancelRequest> = {}) => {
  const request = anApproval(changes);
  return alone({ ...request, facts: { ...request.facts, ...facts } });
};
const first = (batch: ReturnType<typeof alone>, blocks = 1) =>
  readable({ blocks: approvalCard(batch, NOW).blocks.slice(0, blocks) });

/** Lines on a phone: 40 characters each, two buttons a line; dialogs are not on it. */
function phoneLines(shown: { blocks: { type: string }[] }): number {
  const words = shown.blocks.filter(({ type }) => type !== 'actions');
  const lines = words.flatMap((block) => readable({ blocks: [block] }).split('\n'));
  const wrapped = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 40)), 0);
  return wrapped + Math.ceil(labelsOf(shown).length / 2);
}

describe('a card that waits', () => {
  const facts = {
    description: 'Festive sale return',
    referenceNo: 'RF-2026-8812',
    orderId: '1231214145134KRWGF',
    createdAt: NOW - 2 * DAY_MS,
    paymentModes: ['upi', 'account'],
    others: [other(), other({ linkId: 'c'.repeat(24), amountPaise: 25_000_000, status: 'PROCESSING' })],
  };

  test('holds what a decision needs, its buttons, and says how to comment', () => {
    const card = approvalCard(withFacts(facts, { emergencyAllowed: true }), NOW, { hasThread: true });
    expect(problemsOf(card)).toEqual([]);
    for (const fact of [
      'Reason: Duplicate of invoice 118',
      'To Asha Rao · ******5742 · a***@example.in',
      'Purpose: Vendor advance',
      'Description: Festive sale return',
      'Reference: RF-2026-8812',
      'Order ID: 1231214145134KRWGF',
      'Created: 18 Nov 2026, 10:00',
      'Link expires: 23 Nov 2026, 10:00 (in 3 days)',
      'Payment modes: upi, account',
      COMMENT_HERE,
    ])
      expect(readable(card)).toContain(fact);
    expect(labelsOf(card)).toEqual(['Approve', 'Reject', EMERGENCY_APPROVAL, 'Details', ASK_REQUESTER]);
    // A direct message has no thread that anybody reads.
    expect(readable(approvalCard(withFacts(facts), NOW))).not.toContain(COMMENT_HERE);
  });

  test('fits one screen of a phone, buttons included', () => {
    const audience = { requester: 'Ravi Menon', hasThread: true };
    expect(phoneLines(approvalCard(withFacts(facts), NOW, audience))).toBeLessThanOrEqual(30);
  });

  test('says at once that it is SANDBOX, or that the link expires soon', () => {
    expect(first(withFacts({}))).toBe('🔔 Cancellation request: ₹2,50,000.00 to Asha Rao');
    const soon = withFacts({}, { linkExpiresAt: NOW + 40 * MINUTE_MS, environment: 'sandbox' });
    expect(first(soon)).toBe('🧪 SANDBOX · ⚡ Link expires in 40 minutes: ₹2,50,000.00 to Asha Rao');
    const { text } = approvalCard(soon, NOW);
    expect(text).toMatch(/^🧪 SANDBOX · ₹2,50,000\.00 to Asha Rao\. ⚡ Link expires in 40 minutes\. /);
    expect(text).toContain('Duplicate of invoice 118');
    expect(readable(approvalNudge(soon, NOW))).toContain('⚡ Link expires in 40 minutes');
  });

  test.each([
    [2 * HOUR_MS, true],
    [2 * HOUR_MS + 1, false],
    [1, true],
    [0, false],
    [-HOUR_MS, false],
  ])('a link that expires in %s ms', (leftMs, urgent) => {
    expect(first(withFacts({}, { linkExpiresAt: NOW + leftMs })).includes('⚡')).toBe(urgent);
  });

  test('counts questions and votes, and says which votes no longer count', () => {
    const vote = (userId: string) => ({ userId, at: NOW });
    const question = { id: 'V1', by: 'U0APP', at: NOW, text: 'Why?' };
    const shown = readable(
      approvalCard(
        withFacts({}, { approvalsRequired: 2, approvals: [vote('U0APP')], questions: [question] }),
        NOW,
      ),
    );
    expect(shown).toContain('1 of 2 approvals: <@U0APP>');
    expect(shown).toContain('1 question');
    const out = { status: 'rejected' as const, closedReason: LEFT_OUT, questions: [question] };
    const batch = aBatch(3, (index) => (index === 0 ? out : {}));
    expect(readable(approvalCard(batch, NOW))).toContain('1 question');
  });
});

describe('other open links of the recipient', () => {
  const shown = (facts: Partial<LinkFacts>) => readable(approvalCard(withFacts(facts), NOW));

  test('none, and all were looked at', () => {
    expect(shown({})).toContain(`${OTHERS.none} this recipient.`);
  });

  test('the same amount is marked, and comes first', () => {
    const words = shown({
      others: [other(), other({ linkId: 'c'.repeat(24), amountPaise: 25_000_000, status: 'PROCESSING' })],
    });
    expect(words).toContain('⚠️ 2 other open links to this recipient:');
    expect(words).toContain(
      '₹2,50,000.00 · PROCESSING · expires in 6 days · possible duplicate\n₹12,500.50 · ISSUED · expires in 6 days',
    );
  });

  test('more than fit are counted', () => {
    const many = Array.from({ length: 10 }, (_none, index) => other({ linkId: `${index}`.repeat(24) }));
    const words = shown({ others: many, othersLeftOut: 5 });
    expect(words).toContain('⚠️ 15 other open links');
    expect(words).toContain('… 12 more');
  });

  test('what could not be checked is said', () => {
    const why = 'Away.';
    expect(shown({ othersIncomplete: why })).toContain(`${OTHERS.unchecked} ${why}`);
    const some = shown({ others: [other()], othersIncomplete: why });
    expect(some).toContain('1 other open link to this recipient');
    expect(some).toContain(`${OTHERS.perhapsMore} ${why}`);
  });

  test('links of the same request are no others', () => {
    const one = anApproval();
    const twin = anApproval({ id: 'twin', linkId: 'b'.repeat(24) });
    const batch = {
      ...alone(one),
      requests: [{ ...one, facts: { ...one.facts, others: [other()] } }, twin] as const,
    };
    expect(readable(approvalCard(batch, NOW))).toContain(`${OTHERS.none} these recipients.`);
  });
});

test('a decided card is three lines: result, who and when, reason; the rest is behind Details', () => {
  const done = alone(
    anApproval({ ...DECIDED, status: 'executed', outcome: anOutcome(), environment: 'sandbox' }),
  );
  const card = approvalCard(done, NOW);
  expect(problemsOf(card)).toEqual([]);
  expect(card.blocks).toHaveLength(3);
  expect(labelsOf(card)).toEqual(['Details']);
  const [result, who, why] = card.blocks.map((block) => readable({ blocks: [block] }));
  expect(result).toContain('🧪 SANDBOX · ✅ Link cancelled: ₹2,50,000.00 to Asha Rao');
  expect(who).toContain('Approved by <@U0APP> today 09:59.');
  expect(why).toContain('Requested by <@U0REQ>:\n“Duplicate of invoice 118”');
});
