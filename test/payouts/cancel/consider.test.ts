/** Owns what a person is shown before they request a cancellation: each link as it is now, and the choice among several. */

import { describe, expect, test } from 'vitest';
import { Forbidden, NotFound, Unavailable } from '../../../src/errors.ts';
import { LINKS_AT_MOST } from '../../../src/payouts/cancel/batch.ts';
import { beginningsOf, findIssued, findRecipient } from '../../../src/payouts/cancel/choices.ts';
import { considerCancel, considerOthers } from '../../../src/payouts/cancel/consider.ts';
import { onlyIssued } from '../../../src/payouts/cancel/words.ts';
import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import type { WalkEnd } from '../../../src/payouts/links/page.ts';
import {
  alone,
  auditOf,
  keep,
  LINK,
  MAKER,
  makeDeps,
  page,
  record,
  request,
  STRANGER,
  tracked,
} from '../setup.ts';

const OTHER = '657aa9841b8d3897ff0a8400';
const THIRD = '657aa9841b8d3897ff0a8401';
const WHOLE: WalkEnd = { complete: true, reason: undefined, pagesRead: 1, recordsRead: 1 };
const CUT: WalkEnd = { ...WHOLE, complete: false, reason: 'The search was cut off.' };

describe('considerCancel', () => {
  test('each link in order: possible, requested before, or impossible with the reason', async () => {
    const deps = makeDeps({
      script: { track: (linkId) => tracked(linkId === THIRD ? { linkId, status: 'CLAIMED' } : { linkId }) },
    });
    const open = request({ linkId: OTHER });
    await keep(deps, open);
    const considered = await considerCancel(deps, MAKER, [THIRD, OTHER, LINK, LINK]);
    expect(considered).toMatchObject([
      { kind: 'impossible', linkId: THIRD, problem: onlyIssued('CLAIMED') },
      { kind: 'requested', linkId: OTHER, batch: alone(open) },
      { kind: 'possible', linkId: LINK },
    ]);
    // Of a link that was requested before nothing has to be asked, and nothing is recorded of looking.
    expect(deps.gateway.calls.track).toEqual([THIRD, LINK]);
    expect(auditOf(deps)).toEqual([]);
  });

  test('a link that InstantPay does not know is impossible; one that it does not answer for is not said to be', async () => {
    const unknown = makeDeps({ script: { track: new NotFound('InstantPay knows no such link.') } });
    expect(await considerCancel(unknown, MAKER, [LINK])).toMatchObject([
      { kind: 'impossible', view: undefined, problem: 'InstantPay knows no such link.' },
    ]);
    const away = makeDeps({ script: { track: new Unavailable('Nobody answers.') } });
    await expect(considerCancel(away, MAKER, [LINK, OTHER])).rejects.toThrow(Unavailable);
  });

  test('an amount that cannot be read, and another environment, are reasons', async () => {
    const unreadable = makeDeps({ script: { track: tracked({ amountPaise: undefined }) } });
    expect(await considerCancel(unreadable, MAKER, [LINK])).toMatchObject([{ kind: 'impossible' }]);
    const elsewhere = makeDeps({ settings: { environment: 'sandbox' } });
    expect(await considerCancel(elsewhere, MAKER, [LINK])).toMatchObject([{ kind: 'impossible' }]);
  });

  test('only operators: refused before InstantPay is asked, and audited', async () => {
    const deps = makeDeps();
    await expect(considerCancel(deps, STRANGER, [LINK])).rejects.toThrow(Forbidden);
    await expect(considerOthers(deps, STRANGER, LINK)).rejects.toThrow(Forbidden);
    await expect(findIssued(deps, STRANGER, 'Asha')).rejects.toThrow(Forbidden);
    await expect(findRecipient(deps, STRANGER, 'Asha')).rejects.toThrow(Forbidden);
    expect(deps.gateway.calls.track).toEqual([]);
    expect(deps.gateway.calls.links).toEqual([]);
    expect(auditOf(deps)).toMatchObject([
      { subject: 'cancel.request', linkId: LINK, outcome: 'not_operator' },
      { subject: 'cancel.request', linkId: LINK, outcome: 'not_operator' },
      { subject: 'cancel.request', outcome: 'not_operator' },
      { subject: 'cancel.request', outcome: 'not_operator' },
    ]);
  });
});

const named = (amount: number, from = 0): PayoutLink[] =>
  Array.from({ length: amount }, (_none, index) =>
    record({ linkId: (from + index).toString(16).padStart(24, '0') }),
  );

describe('findIssued', () => {
  test('as many as one request takes; the others are counted', async () => {
    const pages = [page(named(20)), page(named(12, 20), { environment: 'sandbox' })];
    const deps = makeDeps({ script: { links: { pages, end: WHOLE } } });
    const choices = await findIssued(deps, MAKER, 'Asha');
    expect(choices.links).toHaveLength(LINKS_AT_MOST);
    expect(choices).toMatchObject({
      more: { count: 12, atLeast: false },
      environment: 'live',
      incomplete: undefined,
    });
    expect(deps.gateway.calls.links).toEqual([{ contact: 'Asha', statuses: ['ISSUED'] }]);
  });

  test('the search ends before a long list does, and says so; a failed one says why', async () => {
    const pages = Array.from({ length: 12 }, (_none, index) => page(named(3, 3 * index)));
    const long = makeDeps({ script: { links: { pages, end: WHOLE } } });
    expect((await findIssued(long, MAKER, 'Asha')).more).toEqual({ count: 10, atLeast: true });
    expect(long.gateway.walks.pagesGiven).toBe(10);
    const cut = makeDeps({ script: { links: { pages: [page(named(1))], end: CUT } } });
    expect((await findIssued(cut, MAKER, 'Asha')).incomplete).toBe(CUT.reason);
  });

  test('a record that a later page shows outside the filter is taken back', async () => {
    const [one] = named(1);
    const pages = [page(named(2)), page([], { mismatchedIds: [one?.linkId ?? ''] })];
    const deps = makeDeps({ script: { links: { pages, end: WHOLE } } });
    expect((await findIssued(deps, MAKER, 'Asha')).links).toHaveLength(1);
  });
});

describe('findRecipient', () => {
  const knows = (contact: string, end = WHOLE) =>
    makeDeps({
      script: { links: (asked) => ({ pages: [page(asked.contact === contact ? named(1) : [])], end }) },
    });

  test.each([
    ['Asha Rao paid twice', 'Asha Rao', 'paid twice'],
    ['Asha  Rao', 'Asha Rao', ''],
    ['Asha paid twice in October for the chairs', 'Asha', 'paid twice in October for the chairs'],
  ])('%s', async (typed, contact, rest) => {
    expect(await findRecipient(knows(contact), MAKER, typed)).toMatchObject({ contact, rest });
  });

  test('somebody else’s link is not taken for that of a recipient who has none to cancel', async () => {
    const deps = makeDeps({
      script: {
        links: ({ contact, statuses }) => {
          const isHers = contact === 'Asha Rao' && statuses === undefined;
          return { pages: [page(isHers || contact === 'Asha' ? named(1) : [])], end: WHOLE };
        },
      },
    });
    expect(await findRecipient(deps, MAKER, 'Asha Rao')).toMatchObject({
      contact: 'Asha Rao',
      choices: { links: [], incomplete: undefined },
    });
  });

  test('nobody is called that', async () => {
    expect(await findRecipient(knows('Nobody'), MAKER, 'Asha Rao paid twice')).toBeUndefined();
  });

  test('a longer beginning that could not be searched is not passed over', async () => {
    const understood = await findRecipient(knows('Asha', CUT), MAKER, 'Asha Rao');
    expect(understood).toMatchObject({ contact: 'Asha Rao', choices: { links: [], incomplete: CUT.reason } });
  });

  test('a name has at most six words, and one letter is none', () => {
    expect(beginningsOf('a b c d e f g h').map(({ contact }) => contact)).toEqual([
      'a b c d e f',
      'a b c d e',
      'a b c d',
      'a b c',
      'a b',
    ]);
    expect(beginningsOf('A duplicate').map(({ rest }) => rest)).toEqual(['']);
  });
});
