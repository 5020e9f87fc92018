/** Owns the link views: what they say and offer in each status. */

import { describe, expect, test } from 'vitest';
import type { PayoutLink, TrackedLink } from '../../../src/payouts/links/link.ts';
import { DAY_MS } from '../../../src/payouts/time.ts';
import { decodeFilterBlock, decodeListQuery } from '../../../src/slack/block-kit/list-values.ts';
import { decodeShared } from '../../../src/slack/block-kit/values.ts';
import { createSeal } from '../../../src/slack/block-kit/seal.ts';
import { linkCard, statusReported } from '../../../src/slack/views/link-card.ts';
import { linkChoice, NONE_FOUND, nothingFound } from '../../../src/slack/views/link-choice.ts';
import { linkList } from '../../../src/slack/views/link-list.ts';
import { EMPTY_WORDS, LEFT_OUT } from '../../../src/slack/views/list-words.ts';
import { elementsOf, labelsOf, menusOf, problemsOf, readable } from '../shown.ts';
import { activity, aLink, aList, aPage, aTrackedLink, LINK_ID, NOW, pageBeside } from './samples.ts';
import { rupees } from '../../../src/slack/block-kit/text.ts';

const seal = createSeal('secret');
const OLDER = pageBeside({ statuses: [], contact: undefined, pageNumber: 1 }, 'older');
const card = (changes = {}, sharedBy?: string) =>
  linkCard(
    { tracked: aTrackedLink(changes), record: aLink(), recordProblem: undefined },
    { now: NOW, sharedBy },
  );

describe('a link card', () => {
  test('says what it is, who is paid, until when and where that was read', () => {
    const text = readable(card());
    for (const words of [
      '🔵 ISSUED · ₹12,500.00',
      'Asha Rao',
      '******5742',
      'Order 8812',
      '23 Nov 2026, 10:00 (in 3 days)',
      LINK_ID,
      '*LIVE*',
      'As of 20 Nov 2026, 10:00 IST',
      'savings · ********1234 · HDFC0001234',
    ]) {
      expect(text).toContain(words);
    }
    expect(card().text).toContain(
      `₹12,500.00 to Asha Rao: ISSUED. Link ${LINK_ID}. LIVE. As of 20 Nov 2026, 10:00 IST.`,
    );
  });

  test.each([
    ['ISSUED', ['Refresh', 'Send reminder', 'Cancel link', 'Watch', 'Details', 'Share here']],
    ['PROCESSING', ['Refresh', 'Watch', 'Details', 'Share here']],
    ['CLAIMED', ['Refresh', 'Details', 'Share here']],
    ['UNKNOWN', ['Refresh', 'Details', 'Share here']],
  ])('offers for %s', (status, labels) => {
    expect(labelsOf(card({ status }))).toEqual(labels);
    expect(elementsOf(card({ status })).every((element) => element['value'] === LINK_ID)).toBe(true);
  });

  test('shows a status it does not know in InstantPay’s words', () => {
    const text = readable(card({ status: 'UNKNOWN', statusText: 'REVOKED' }));
    expect(text).toContain(statusReported('REVOKED'));
    expect(text).toContain('InstantPay request ID h0059a1b2c3');
    expect(readable(card())).not.toContain('h0059a1b2c3');
  });

  test('a shared card says who shared it, also after a refresh, and is not shared again', () => {
    const shared = card({}, 'U0REQ');
    expect(readable(shared)).toContain('Shared by <@U0REQ>');
    expect(labelsOf(shared)).not.toContain('Share here');
    expect(elementsOf(shared).map((element) => decodeShared(element['block_id']))).toContain('U0REQ');
  });

  test('says why who and what for are missing', () => {
    const bare = linkCard(
      {
        tracked: aTrackedLink({ environment: undefined }),
        record: undefined,
        recordProblem: 'Page 2 failed.',
      },
      { now: NOW },
    );
    expect(readable(bare)).toContain('Page 2 failed.');
    expect(readable(bare)).toContain('environment unknown');
  });

  test('tells the latest of a long history in order and counts the rest', () => {
    const entries = Array.from({ length: 20 }, (_none, index) =>
      activity(`step-${index};`, NOW - index * DAY_MS),
    );
    const text = readable(card({ activity: entries }));
    expect(text).toContain('… 5 earlier entries');
    expect(text).not.toContain('step-15;');
    expect(text.indexOf('step-14;')).toBeLessThan(text.indexOf('step-0;'));
  });

  test('keeps an entry without a time where it came', () => {
    const entries = [activity('first', NOW - 9), activity('second', undefined), activity('third', NOW)];
    const text = readable(card({ activity: entries }));
    expect(text.indexOf('first')).toBeLessThan(text.indexOf('second'));
    expect(text.indexOf('second')).toBeLessThan(text.indexOf('third'));
    expect(text).toContain('time unknown');
  });
});

describe('the dates of a card (R20)', () => {
  const expiresAt = NOW - DAY_MS;
  const textOf = (tracked: Partial<TrackedLink>, record: Partial<PayoutLink> = {}) =>
    readable(
      linkCard(
        { tracked: aTrackedLink(tracked), record: aLink(record), recordProblem: undefined },
        { now: NOW },
      ),
    );
  test.each([
    ['EXPIRED', 'Expired'],
    ['ISSUED', 'Expiry passed'],
    ['PROCESSING', 'Expiry passed'],
    ['CLAIMED', undefined],
    ['CANCELLED', undefined],
  ] as const)('%s past its date says %s', (status, label) => {
    const text = textOf({ status }, { status, expiresAt });
    const said = ['Expired', 'Expiry passed', 'Expires'].filter((each) => text.includes(`*${each}*`));
    expect(said).toEqual(label === undefined ? [] : [label]);
  });

  test('tell creation and activation apart, the creation from the history', () => {
    const text = textOf(
      { activity: [activity('Payout link created', NOW - 3 * DAY_MS)] },
      { activatedAt: NOW - 27 * DAY_MS },
    );
    expect(text).toMatch(/\*Created\*\s+17 Nov 2026/);
    expect(text).toMatch(/\*Activated\*\s+24 Oct 2026/);
    expect(textOf({}, { activatedAt: NOW + DAY_MS })).toMatch(/\*Activates\*\s+tomorrow 10:00/);
  });

  test('say since when a payout is under way, by the claim in the history', () => {
    const made = { ...activity('made', NOW - 3 * DAY_MS), accountNumber: undefined };
    const claim = {
      ...activity('Payout under process', NOW - DAY_MS),
      accountNumber: '**1234',
      orderId: 'OD1',
    };
    const text = textOf({ status: 'PROCESSING', activity: [made, claim] });
    expect(text).toMatch(/\*Processing since\*\s+yesterday 10:00/);
    expect(text).toContain('Order ID OD1');
  });

  test('show seconds where two things happened within one minute, and there alone', () => {
    const entries = [activity('one', NOW), activity('two', NOW + 6_000), activity('three', NOW + 3_600_000)];
    const text = textOf({ activity: entries });
    for (const time of ['today 10:00:00', 'today 10:00:06', 'today 11:00']) expect(text).toContain(time);
  });
});

describe('a list', () => {
  const ten = Array.from({ length: 10 }, (_none, index) =>
    aLink({ amountPaise: index, status: index % 2 ? 'EXPIRED' : 'ISSUED' }),
  );

  test('has one menu a row and fits Slack when full', () => {
    const message = linkList(aList({ page: aPage({ links: ten }), older: OLDER }), { now: NOW, seal });
    expect(problemsOf(message)).toEqual([]);
    const labels = labelsOf(message);
    // One thing alone needs no menu.
    expect(labels.filter((label) => label === 'Details')).toHaveLength(5);
    expect(menusOf(message)).toEqual(
      Array.from({ length: 5 }, () => ['Details', 'Send reminder', 'Cancel link', 'Watch']),
    );
    expect(labels.slice(-4)).toEqual([
      'Older',
      'Send reminder to these 5',
      'Select for reminders …',
      'Request cancellation …',
    ]);
    expect(labels).not.toContain('Newer');
  });

  test('turns to the pages beside it with the same question, and hides the number that was asked for', () => {
    const query = { statuses: ['EXPIRED'] as const, contact: '98765 43210', pageNumber: 3 };
    const older = pageBeside(query, 'older');
    const newer = pageBeside(query, 'newer');
    const message = linkList(aList({ query, older, newer }), { now: NOW, seal });
    const to = (label: string) =>
      elementsOf(message).find((element) => JSON.stringify(element['text'] ?? '').includes(`"${label}"`))?.[
        'value'
      ];
    expect(decodeListQuery(to('Newer'), seal)).toEqual(newer);
    expect(decodeListQuery(to('Older'), seal)).toEqual(older);
    expect(JSON.stringify(message)).not.toMatch(/98765/);
    expect(readable(message)).toContain('Recipient: “******3210”');
    const filter = elementsOf(message).find((element) => element['type'] === 'static_select');
    expect(filter?.['initial_option']).toMatchObject({ value: 'EXPIRED' });
    expect(decodeFilterBlock(filter?.['block_id'], seal)).toEqual({ contact: '98765 43210' });
  });

  test('offers no filter that would forget a contact too long to carry', () => {
    const message = linkList(aList({ query: { statuses: [], contact: 'x'.repeat(200), pageNumber: 1 } }), {
      now: NOW,
      seal,
    });
    expect(elementsOf(message).some((element) => element['type'] === 'static_select')).toBe(false);
  });

  test('keeps a filter of several statuses selected', () => {
    const query = { statuses: ['ISSUED', 'EXPIRED'] as const, contact: undefined, pageNumber: 1 };
    const filter = elementsOf(linkList(aList({ query }), { now: NOW, seal })).find(
      (element) => element['type'] === 'static_select',
    );
    expect(filter?.['initial_option']).toMatchObject({ value: 'ISSUED,EXPIRED' });
  });

  test.each([
    [{ older: OLDER }, EMPTY_WORDS.onOtherPages],
    [{ query: { statuses: [], contact: undefined, pageNumber: 4 } }, EMPTY_WORDS.pastTheEnd],
    [{ query: { statuses: [], contact: 'Asha', pageNumber: 1 } }, EMPTY_WORDS.recipient],
    [{ query: { statuses: ['ISSUED'] as const, contact: undefined, pageNumber: 1 } }, EMPTY_WORDS.status],
    [{}, EMPTY_WORDS.none],
  ])('an empty page says what is true: %j', (changes, words) => {
    const message = linkList(aList({ page: aPage({ links: [] }), ...changes }), { now: NOW, seal });
    expect(problemsOf(message)).toEqual([]);
    expect(readable(message)).toContain(words);
    expect(message.text).toContain(words);
  });

  test('says which links of how many these are, on the page that was sent', () => {
    const query = { statuses: [], contact: undefined, pageNumber: 2 };
    const place = { currentPage: 1, recordFrom: 1, recordTo: 10, totalRecords: 37 };
    const text = readable(linkList(aList({ query, page: aPage(place) }), { now: NOW, seal }));
    expect(text).toContain('1–10 of 37');
    expect(text).toContain(LEFT_OUT.otherPage(1, 2));
    expect(text).not.toContain('Payout links · page 2');
  });

  test('tells records that cannot be read apart from links that did not match', () => {
    const page = aPage({ links: [], unreadable: 3, ipayUuid: 'h0009list' });
    const text = readable(linkList(aList({ page }), { now: NOW, seal }));
    expect(text).toContain(EMPTY_WORDS.unreadable);
    expect(text).toContain(LEFT_OUT.unreadable(3));
    expect(text).not.toContain(LEFT_OUT.mismatched(0));
    expect(text).toContain('h0009list');
  });

  test('offers no cancelling of a link whose amount cannot be read (R8)', () => {
    const message = linkList(aList({ page: aPage({ links: [aLink({ amountPaise: undefined })] }) }), {
      now: NOW,
      seal,
    });
    expect(readable(message)).toContain(rupees(undefined));
    expect(menusOf(message)).toEqual([['Details', 'Send reminder', 'Watch']]);
  });

  test('says how many links did not match', () => {
    const message = linkList(aList({ page: aPage({ mismatched: 2 }) }), { now: NOW, seal });
    expect(readable(message)).toContain(LEFT_OUT.mismatched(2));
  });
});

describe('a choice', () => {
  const links = [aLink(), aLink({ status: 'CLAIMED' })];
  test.each([
    ['track', ['Track', 'Track']],
    ['remind', ['Send reminder', 'Track']],
    ['cancel', ['Cancel link', 'Track']],
  ] as const)('to %s has one button a row, and none that would be refused', (intent, labels) => {
    const message = linkChoice(
      { kind: 'several', links, more: false, incomplete: undefined },
      { intent, what: 'Asha', now: NOW },
    );
    expect(labelsOf(message)).toEqual(labels);
    expect(readable(message)).toContain('2 links match');
  });

  test('a row has three lines in one column, and the link ID where two would read the same', () => {
    const rowsOf = (several: PayoutLink[]) =>
      linkChoice(
        { kind: 'several', links: several, more: false, incomplete: undefined },
        { intent: 'remind', what: 'Asha', now: NOW },
      ).blocks.flatMap((block) =>
        block.type === 'section' && block.accessory ? [block.text?.text.split('\n') ?? []] : [],
      );
    const one = aLink();
    const other = { ...one, linkId: `${one.linkId.slice(0, 23)}e` };
    const [first = [], second = []] = rowsOf([one, { ...other, amountPaise: 77_00 }]);
    expect(first).toHaveLength(3);
    expect(first.join()).not.toContain(one.linkId);
    expect(second[0]).toBe('₹77.00 to Asha Rao');
    expect(rowsOf([one, other]).map((lines) => lines.at(-1))).toEqual([one.linkId, other.linkId]);
  });

  test('says plainly that there are or may be more', () => {
    const message = linkChoice(
      { kind: 'several', links, more: true, incomplete: 'Page 3 failed.' },
      { intent: 'track', what: '9876543210', now: NOW },
    );
    expect(readable(message)).toContain('More than 2 links match');
    expect(readable(message)).toContain('Search incomplete');
    expect(readable(message)).toContain('Page 3 failed.');
    expect(JSON.stringify(message)).not.toContain('987654');
  });

  test('nothing found is not said of a search that could not finish', () => {
    expect(readable(nothingFound('Asha', undefined, { seal }))).toContain(`${NONE_FOUND} for “Asha”`);
    const unsure = nothingFound('Asha', 'Page 3 failed.', { seal });
    expect(readable(unsure)).not.toContain(NONE_FOUND);
    expect(unsure.text).toContain('Search incomplete');
  });
});
