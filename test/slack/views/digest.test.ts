/** Owns the digest’s message: one screen that says what to do; totals only when the list was read completely. */

import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../src/payouts/time.ts';
import type { Changes } from '../../../src/payouts/digest/changes.ts';
import { unformatted } from '../../../src/slack/block-kit/text.ts';
import { CHANGE_WORDS, changesNotCounted, FIRST_DIGEST } from '../../../src/slack/views/digest-changes.ts';
import {
  digestMessage,
  digestMissed,
  FILE_IN_THREAD,
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
import { linksList, MAY_BE_MORE, NO_SUCH_LINKS, statusList } from '../../../src/slack/views/digest-show.ts';
import { OFFER_ALL } from '../../../src/slack/views/offers.ts';
import { labelsOf, problemsOf, readable } from '../shown.ts';
import { someLinks } from './catalogue.ts';
import { aDigest, aLink, NOW } from './samples.ts';

const BOTH = ['EXPIRED', 'PROCESSING'] as const;
const shown = (...args: Parameters<typeof aDigest>) => digestMessage(aDigest(...args), { now: NOW });
const expired = someLinks(12, { status: 'EXPIRED', expiresAt: NOW - 30 * HOUR_MS });
const soon = someLinks(5, { expiresAt: NOW + 20 * HOUR_MS }).map((link) => ({
  ...link,
  linkId: link.linkId.replace('6578', '6579'),
}));
const stuck = someLinks(3, { status: 'PROCESSING', createdAt: NOW - 3 * DAY_MS }).map((link) => ({
  ...link,
  linkId: link.linkId.replace('6578', '657a'),
}));

describe('a digest', () => {
  const message = shown(BOTH, [...expired, ...soon, ...stuck]);
  const text = readable(message);

  test('begins with what to do, and is one screen of a phone', () => {
    expect(problemsOf(message)).toEqual([]);
    expect(text.split('\n')[0]).toBe('Fri 20 Nov · 5 to remind · 3 stuck');
    expect(message.text).toMatch(/^Payout digest Fri 20 Nov · 5 to remind · 3 stuck\./);
    // Each block is one line but for the footer of two; the menus and buttons stand beside them.
    expect(message.blocks).toHaveLength(13);
  });

  test('its parts in order, each with what can be done, in whole rupees', () => {
    const parts = [
      'Expire within 48 h: 5 · ₹18,758',
      'Send reminder to all 5',
      '₹1,251 to Asha Rao, Sat 06:00',
      '… 2 more',
      'Stuck over 24 h: 3 · ₹7,503',
      '₹1,251 to Asha Rao, claimed Tue',
      '… 2 more',
      '🟠 EXPIRED: 12 · ₹97,539',
      'Complete  ·  *LIVE*  ·  as of 10:00 IST',
    ];
    let from = 0;
    for (const part of parts) {
      expect(text.slice(from)).toContain(part);
      from = text.indexOf(part, from) + 1;
    }
    expect(labelsOf(message)).toEqual(['Send reminder to all 5', 'Show', 'Show', 'Show']);
    expect(text).not.toMatch(/PROCESSING|h0059digest/);
    // Whole rupees everywhere but in the question before reminders are sent.
    expect(text.match(/₹[\d,]+\.\d\d/g)).toEqual(['₹18,757.50']);
    for (const words of ['5 · ₹18,758', '3 · ₹7,503', '12 · ₹97,539', '₹1,251 to Asha Rao, Sat 06:00'])
      expect(message.text).toContain(words);
  });

  test('PROCESSING has a line of its own when some are not stuck', () => {
    const young = stuck.map((link) => ({
      ...link,
      linkId: link.linkId.replace('657a', '657b'),
      createdAt: NOW,
    }));
    expect(readable(shown(BOTH, [...stuck, ...young]))).toContain('🟡 PROCESSING: 6 · ₹15,006');
  });

  test('a large amount is marked, a small one is not', () => {
    const rows = (amountPaise: number) => readable(shown(BOTH, [{ ...aLink(soon[0]), amountPaise }]));
    expect(rows(1_00_000_00)).toContain('❗₹1,00,000 to Asha Rao');
    expect(rows(1_00_000_00 - 1)).not.toContain('❗');
  });

  test('a possible duplicate is one line, the largest by name', () => {
    const pair = soon.slice(0, 2).map((link) => ({ ...link, recipientKey: 'k', amountPaise: 1_250_000 }));
    const one = shown(BOTH, pair);
    expect(readable(one)).toContain('Possible duplicate: ₹12,500 to दीपा शर्मा, 2 open links');
    expect(one.text).toContain('Possible duplicate: ₹12,500 to दीपा शर्मा.');
    const more = soon.slice(2, 4).map((link) => ({ ...link, recipientKey: 'm', amountPaise: 99 }));
    expect(readable(shown(BOTH, [...pair, ...more]))).toContain(
      '2 possible duplicates, the largest: ₹12,500',
    );
  });

  test('to those who may not send reminders none is offered', () => {
    const viewer = digestMessage(aDigest(BOTH, soon), { now: NOW, offers: (may) => may === 'look' });
    expect(labelsOf(viewer)).toEqual(['Show']);
    expect(readable(viewer)).not.toMatch(/Send reminder|Cancel link/);
    expect(readable(viewer)).toContain('Watch');
  });

  test.each([
    [{ sent: 12, notConfirmed: 0 }, '12 automatic reminders sent'],
    [{ sent: 1, notConfirmed: 2 }, '1 automatic reminder sent, 2 automatic reminders not confirmed'],
    [{ sent: 0, notConfirmed: 1 }, '1 automatic reminder not confirmed'],
  ])('says what was sent automatically: %j', (reminded, words) => {
    for (const links of [soon, []]) {
      const told = digestMessage(aDigest(BOTH, links, { reminded }), { now: NOW });
      expect(readable(told)).toContain(words);
      expect(told.text).toContain(`${words}.`);
    }
    expect(text).not.toContain('automatic reminder');
  });

  test('says that a file follows, when one does', () => {
    expect(text).not.toContain(FILE_IN_THREAD);
    expect(readable(digestMessage(aDigest(BOTH, soon), { now: NOW, file: true }))).toContain(FILE_IN_THREAD);
  });

  test('amounts that cannot be read are said', () => {
    const unread = expired.map((link) => ({ ...link, amountPaise: undefined }));
    expect(readable(shown(BOTH, unread))).toContain('12 · ₹0.00 and 12 amounts not readable');
  });

  test('all clear is one line', () => {
    for (const links of [[], expired]) {
      const clear = shown(BOTH, links);
      expect(clear.blocks).toHaveLength(1);
      expect(clear.text).toMatch(/^All clear: no link expires within 48 h, none is stuck\./);
      expect(readable(clear).includes('EXPIRED: 12')).toBe(links.length > 0);
    }
  });

  test.each([true, false])(
    'an incomplete one shows no totals and is never all clear (links read: %s)',
    (some) => {
      const digest = aDigest(['EXPIRED'], some ? expired : [], {
        complete: false,
        reason: 'Page 3 failed.',
        recordsRead: 23,
        changes: undefined,
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
});

describe('what changed', () => {
  const lineOf = (changes: Changes) => {
    const message = shown(BOTH, soon, { changes });
    return { blocks: readable(message), text: message.text };
  };

  test('counts in one line, names when they are few, in blocks and text', () => {
    const { blocks, text } = lineOf({
      kind: 'since',
      at: NOW - DAY_MS,
      of: [
        { kind: 'claimed', count: 1_206, named: [] },
        { kind: 'returned', count: 1, named: [aLink()] },
      ],
    });
    const words = `Since Thu: 1,206 ${CHANGE_WORDS.claimed}, 1 ${CHANGE_WORDS.returned} (₹12,500 to Asha Rao)`;
    expect(blocks).toContain(words);
    expect(text).toContain(words);
  });

  test.each([
    [NOW - HOUR_MS, 'Since 09:00: no changes'],
    [NOW - 6 * DAY_MS, 'Since Sat: no changes'],
    [NOW - 7 * DAY_MS, 'Since 13 Nov: no changes'],
    [NOW - 400 * DAY_MS, 'Since 16 Oct 2025: no changes'],
  ])('since %d: %s', (at, words) => {
    const said = lineOf({ kind: 'since', at, of: [] });
    expect(said.blocks).toContain(words);
    expect(said.text).toContain(words);
  });

  test('there is nothing to compare with, or too much', () => {
    expect(lineOf({ kind: 'first' }).blocks).toContain(FIRST_DIGEST);
    expect(lineOf({ kind: 'not_counted', openAtMost: 20_000 }).text).toContain(changesNotCounted(20_000));
    expect(changesNotCounted(20_000)).toContain('20,000');
  });

  test('changes alone are no all clear', () => {
    const of = [{ kind: 'claimed' as const, count: 1, named: [] }];
    const message = shown(BOTH, [], { changes: { kind: 'since', at: NOW - DAY_MS, of } });
    expect(readable(message).split('\n')[0]).toBe('Fri 20 Nov · nothing to do');
  });
});

describe('the links behind Show', () => {
  const page = {
    query: { status: 'EXPIRED', purpose: undefined, pageNumber: 2 },
    at: NOW,
    links: expired,
    hasOlder: true,
    total: 139,
    environment: 'live',
    incomplete: undefined,
  } as const;

  test('twenty a page, with the pages before and after it', () => {
    const message = statusList(page, { offers: OFFER_ALL });
    expect(problemsOf(message)).toEqual([]);
    expect(labelsOf(message).slice(-2)).toEqual(['Newer', 'Older']);
    expect(readable(message)).toContain('139 links');
    const first = statusList(
      { ...page, query: { ...page.query, pageNumber: 1 }, hasOlder: false },
      { offers: OFFER_ALL },
    );
    expect(labelsOf(first)).not.toContain('Newer');
    expect(labelsOf(first)).not.toContain('Older');
  });

  test('none, or perhaps not all, is said', () => {
    expect(readable(statusList({ ...page, links: [] }, { offers: OFFER_ALL }))).toContain(NO_SUCH_LINKS);
    const partial = statusList({ ...page, incomplete: 'Page 3 failed.' }, { offers: OFFER_ALL });
    expect(readable(partial)).toContain(MAY_BE_MORE);
    expect(readable(partial)).toContain('Page 3 failed.');
  });

  test('of a possible duplicate, those that InstantPay did not return are counted', () => {
    const links = { at: NOW, links: soon.slice(0, 2), asked: 3, environment: 'live' as const };
    expect(readable(linksList(links, { offers: OFFER_ALL }))).toContain('InstantPay did not return 1 link.');
    expect(readable(linksList({ ...links, asked: 2 }, { offers: OFFER_ALL }))).not.toContain(
      'did not return',
    );
  });
});

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
