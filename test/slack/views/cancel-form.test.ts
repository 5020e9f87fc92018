/** Owns the views of the form that requests a cancellation: what they show, their limits, and text from outside in them. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModalView } from '@slack/web-api';
import { LINKS_AT_MOST } from '../../../src/payouts/cancel/batch.ts';
import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import { textLength } from '../../../src/slack/block-kit/budget.ts';
import { LIMITS } from '../../../src/slack/block-kit/limits.ts';
import {
  cannotBeAdded,
  othersLabel,
  cancelForm,
  type Possible,
} from '../../../src/slack/views/cancel-form.ts';
import {
  formOfMessage,
  cancelChoiceForm,
  lookingUpLink,
  noneForm,
  requestedForm,
  TRY_AGAIN,
  tryAgainForm,
} from '../../../src/slack/views/cancel-choice-form.ts';
import { type Impossible } from '../../../src/slack/views/cancel-form-parts.ts';
import { requestOpened } from '../../../src/slack/views/approval-answers.ts';
import { linksRefused } from '../../../src/slack/views/links-refused.ts';
import { labelsOf, problemsOf, problemsOfView, readable, textsOf } from '../shown.ts';
import { alone } from '../../payouts/setup.ts';
import { link, MARK, outside } from './hostile.ts';
import { aLink, anApproval, aTrackedLink, NOW } from './samples.ts';

const idOf = (index: number): string => index.toString(16).padStart(24, '0');
const times = <Item>(amount: number, item: (index: number) => Item): Item[] =>
  Array.from({ length: amount }, (_none, index) => item(index));

function possible(index: number, record: PayoutLink | undefined = aLink()): Possible {
  const linkId = idOf(index);
  const tracked = aTrackedLink({ linkId });
  return { linkId, view: { tracked, record: record && { ...record, linkId }, recordProblem: undefined } };
}

const impossible = (index: number, problem: string, record = aLink()): Impossible => ({
  label: idOf(index),
  amountPaise: 100,
  record,
  problem,
});

/** Every view of the form, filled with this text wherever text from outside may be. */
function every(words: string, record: PayoutLink): [string, ModalView][] {
  const others = { links: times(40, (index) => ({ ...record, linkId: idOf(index) })), incomplete: words };
  const refused = times(LINKS_AT_MOST, (index) => impossible(index, words, record));
  const one = possible(99, record);
  const given = { text: words.slice(0, 400) || 'x' };
  const environment = 'sandbox' as const;
  const many = times(LINKS_AT_MOST - 1, (index) => possible(index, record));
  const links = times(LINKS_AT_MOST, (index) => ({ ...record, linkId: idOf(index) }));
  return [
    ['waiting', lookingUpLink()],
    [
      'one',
      cancelForm('{}', { possible: [one], impossible: refused, others, given, notice: words, now: NOW }),
    ],
    ['no details', cancelForm('{}', { possible: [possible(1, undefined)], impossible: [], given, now: NOW })],
    ['several', cancelForm('{}', { possible: [one, ...many], impossible: refused, given, now: NOW })],
    [
      'choice',
      cancelChoiceForm('{}', {
        links,
        environment,
        more: { count: 12, atLeast: true },
        incomplete: words,
        what: words,
        notice: words,
        now: NOW,
      }),
    ],
    ['none', noneForm(refused, words)],
    ['only one, and not that', noneForm(refused.slice(0, 1), words)],
    ['try again', tryAgainForm('{}', words || 'x')],
    ['requested', requestedForm()],
  ];
}

describe.each(['Wxyz ', 'राहुल शर्मा ', '👩‍👩‍👧❤️ ', 'محمد ', '<&>*'])('of %s', (piece) => {
  const words = piece.repeat(300);
  const record = aLink({
    contact: { name: words, email: words, mobile: words },
    purpose: words,
    description: words,
  });

  test.each(every(words, record))('the view “%s” keeps Slack’s limits and the budget', (_what, view) => {
    expect(problemsOfView(view)).toEqual([]);
    expect(textLength(view.blocks)).toBeLessThan(LIMITS.viewBudget);
  });

  test('so does the answer when some of several are refused', () => {
    const problems = times(LINKS_AT_MOST, (index) => ({ linkId: idOf(index), problem: words }));
    expect(problemsOf(linksRefused(problems, times(19, idOf), undefined))).toEqual([]);
  });
});

test('text from outside stays text in every view', () => {
  fc.assert(
    fc.property(outside, link, (words, record) => {
      for (const [what, view] of every(words, record)) {
        expect(problemsOfView(view), what).toEqual([]);
        expect(textsOf(view, 'mrkdwn').join(), what).not.toContain(MARK);
      }
    }),
    { numRuns: 60 },
  );
});

test('several links are all selected, or none when they were only offered', () => {
  const links = times(LINKS_AT_MOST, (index) => possible(index));
  const [first, ...more] = links;
  if (!first) throw new Error('no link');
  const input = { possible: [first, ...more] as const, impossible: [], given: {}, now: NOW };
  const selected = (view: ModalView) => JSON.stringify(view).match(/"initial_options"/g)?.length ?? 0;
  expect(selected(cancelForm('{}', { ...input, possible: [first, ...more] }))).toBe(2);
  expect(selected(cancelForm('{}', { ...input, possible: [first, ...more], tickNone: true }))).toBe(0);
  expect(readable(cancelForm('{}', { ...input, possible: [first, ...more] }))).toContain(
    '20 links · ₹2,50,000.00',
  );
});

test('other links beyond ten, and those that are being paid, are counted', () => {
  const others = {
    links: [
      ...times(12, (index) => aLink({ linkId: idOf(index), amountPaise: 100 })),
      aLink({ linkId: idOf(50) }),
      aLink({ linkId: idOf(51), status: 'PROCESSING' }),
    ],
    incomplete: undefined,
  };
  const view = cancelForm('{}', { possible: [possible(99)], impossible: [], others, given: {}, now: NOW });
  expect(readable(view)).toContain(othersLabel(13));
  expect(readable(view)).toContain('… 3 more');
  expect(readable(view)).toContain(cannotBeAdded(1));
  // What may be a duplicate comes first.
  expect(readable(view)).toMatch(/₹12,500\.00 · possible duplicate[\s\S]*₹1\.00/);
});

test('the views without content have nothing to submit', () => {
  for (const view of [lookingUpLink(), noneForm([impossible(1, 'Why.')]), tryAgainForm('{}', 'Why.')]) {
    expect(view.submit).toBeUndefined();
  }
  expect(labelsOf(tryAgainForm('{}', 'Why.'))).toEqual([TRY_AGAIN]);
  const options = { now: NOW, alreadyOpen: true, channelId: 'C0APP' };
  const before = formOfMessage(requestOpened(alone(anApproval()), options));
  expect(readable(before)).toContain('C-1042');
  expect(labelsOf(before)).toEqual([]);
  expect(problemsOfView(before)).toEqual([]);
});
