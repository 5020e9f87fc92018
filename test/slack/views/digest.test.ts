/** Owns the digest’s message: totals only when the list was read completely. */

import { describe, expect, test } from 'vitest';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import {
  digestMessage,
  digestMissed,
  MAY_APPEAR_TWICE,
  perhapsAgain,
  retryTimes,
} from '../../../src/slack/views/digest-message.ts';
import {
  MISSED_WORDS,
  missedCount,
  missedDue,
  missedNotice,
} from '../../../src/slack/views/digest-missed.ts';
import { labelsOf, problemsOf, readable } from '../shown.ts';
import { aDigest, aLink, NOW } from './samples.ts';
import { unformatted } from '../../../src/slack/block-kit/text.ts';

const expired = Array.from({ length: 12 }, (_none, index) =>
  aLink({
    linkId: `e${String(index).padStart(23, '0')}`,
    status: 'EXPIRED',
    amountPaise: (index + 1) * 100_000,
    expiresAt: NOW - index * 10 * HOUR_MS,
    contact: { name: `Person ${index};`, mobile: undefined, email: undefined },
  }),
);
const processing = expired.map((link) => ({
  ...link,
  linkId: link.linkId.replace('e', 'b'),
  status: 'PROCESSING' as const,
  createdAt: link.expiresAt,
}));

describe('a digest', () => {
  const message = digestMessage(aDigest(['EXPIRED', 'PROCESSING'], [...expired, ...processing]), {
    now: NOW,
  });

  test('counts, sums and ages', () => {
    const text = readable(message);
    for (const words of [
      '🟠 EXPIRED   12 links · *₹78,000.00*',
      '*&lt; 1 h*',
      '1 link · ₹1,000.00',
      '2 links · ₹5,000.00',
      '*LIVE*',
      '20 Nov 2026',
    ]) {
      expect(text).toContain(words);
    }
    expect(text).not.toContain('h0059digest');
    expect(message.text).toContain('12 EXPIRED links, ₹78,000.00; 12 PROCESSING links, ₹78,000.00');
  });

  test('names the oldest first and the largest first, each with a button, inside Slack’s limit', () => {
    expect(problemsOf(message)).toEqual([]);
    const labels = labelsOf(message);
    expect(labels.length).toBeGreaterThanOrEqual(20);
    expect(new Set(labels)).toEqual(new Set(['Track']));
    const text = readable(message);
    expect(text.indexOf('Oldest first')).toBeLessThan(text.indexOf('Person 11;'));
    expect(text).toContain('expired 4 days ago');
    // What is not named is counted, in the blocks and in the summary.
    const hidden = [...text.matchAll(/… (\d+) more/g)].map(([, left]) => Number(left));
    expect(hidden).toHaveLength(4);
    expect(labels.length + hidden.reduce((all, left) => all + left, 0)).toBe(4 * 12);
    expect(message.text).toContain('Person 11;, EXPIRED, expired 4 days ago');
    expect(message.text).toMatch(/; … \d+ more$/);
  });

  test('says a few links once only', () => {
    const few = digestMessage(aDigest(['EXPIRED'], expired.slice(0, 3)), { now: NOW });
    expect(labelsOf(few)).toHaveLength(3);
  });

  test('fits with every status', () => {
    const statuses = ['ISSUED', 'PROCESSING', 'CLAIMED', 'EXPIRED', 'CANCELLED'] as const;
    const links = statuses.flatMap((status, index) =>
      expired.map((link) => ({
        ...link,
        linkId: `${index}${link.linkId.slice(1)}`,
        status,
        createdAt: undefined,
      })),
    );
    const full = digestMessage(aDigest(statuses, links), { now: NOW });
    expect(problemsOf(full)).toEqual([]);
    for (const status of statuses) expect(readable(full)).toContain(`${status} by age`);
    // Each list still names a recipient.
    expect(labelsOf(full).length).toBeGreaterThanOrEqual(10);
  });

  test('all clear is one line', () => {
    const clear = digestMessage(aDigest(['EXPIRED', 'PROCESSING'], []), { now: NOW });
    expect(clear.blocks).toHaveLength(1);
    expect(readable(clear)).toMatch(/All clear:.*EXPIRED or PROCESSING/);
  });

  test.each([true, false])(
    'an incomplete one shows no totals and is never all clear (links read: %s)',
    (some) => {
      const digest = aDigest(['EXPIRED'], some ? expired : [], {
        complete: false,
        reason: 'Page 3 failed.',
        recordsRead: 23,
      });
      const retry = { at: NOW + 10 * 60_000, until: NOW + HOUR_MS };
      const partial = digestMessage(digest, {
        now: NOW,
        retry,
      });
      const all = `${partial.text}\n${readable(partial)}`;
      for (const words of [
        'incomplete',
        '3 pages with 23 links',
        'Page 3 failed.',
        retryTimes(retry, NOW),
        'today 10:10',
        'today 11:00',
        'InstantPay request ID h0059digest',
      ]) {
        expect(all).toContain(words);
      }
      expect(all).not.toMatch(/₹|All clear/);
      const last = digestMessage(digest, { now: NOW, missedDueAt: NOW - HOUR_MS });
      expect(last.text).toContain(unformatted(digestMissed(NOW - HOUR_MS, NOW)));
      expect(digestMessage(digest, { now: NOW }).text).not.toContain('missed');
    },
  );

  test('says that one is missed, or several, and why', () => {
    expect(missedNotice({ reason: 'not_posted', lastDueAt: NOW }).text).toBe(
      `${missedCount({})} ${missedDue({ lastDueAt: NOW })} ${MISSED_WORDS.not_posted} Run /payout digest.`,
    );
    const several = missedNotice({ reason: 'not_running', lastDueAt: NOW, amount: 50, atLeast: true });
    for (const words of [
      missedCount({ amount: 50, atLeast: true }),
      '50 digests',
      '20 Nov 2026, 10:00 IST',
      MISSED_WORDS.not_running,
    ])
      expect(readable(several)).toContain(words);
    expect(missedNotice({ reason: 'not_posted', lastDueAt: NOW, perhapsPosted: true }).text).toContain(
      missedCount({ perhapsPosted: true }),
    );
  });

  test('says that it may stand twice, within Slack’s limit of blocks', () => {
    const full = { text: 'Full', blocks: Array.from({ length: 50 }, () => ({ type: 'divider' as const })) };
    const twice = perhapsAgain(full);
    expect(twice.blocks).toHaveLength(50);
    expect(readable(twice)).toContain(MAY_APPEAR_TWICE);
    expect(twice.text).toBe('Full');
  });
});
