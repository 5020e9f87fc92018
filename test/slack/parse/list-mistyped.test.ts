/** Owns the property of suggestions for a list: every other word of the line stays, in any order of the filters. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Parsed } from '../../../src/slack/parse/command.ts';
import { parseList } from '../../../src/slack/parse/parse-list.ts';

const TODAY = '2026-11-21';

interface Filter {
  /** The word that may be mistyped. */
  key: string;
  /** What is typed in its place; empty: it is never mistyped. */
  typos: readonly string[];
  value: string;
}

const filter = (key: string, value: string, ...typos: readonly string[]): Filter => ({ key, value, typos });

/** One of each kind, in each of its spellings. */
const KINDS: readonly (readonly Filter[])[] = [
  [
    filter('issued', '', 'isued', 'open'),
    filter('EXPIRED', '', 'expird'),
    filter('claimed', '', 'paid', 'pending'),
  ],
  [
    filter('since', 'last week', 'sinc'),
    filter('from', '3 days ago', 'form'),
    filter('since', '20 Nov 2026', 'snice'),
  ],
  [
    filter('over', '1,00,000', 'ovr'),
    filter('above', '1 lakh', 'abve'),
    filter('over', 'Rs 50000.50', 'oevr'),
  ],
  [filter('under', '2 cr', 'udner'), filter('below', '₹99999999', 'belwo')],
  [filter('sort', 'largest', 'srot'), filter('sorted', 'by newest', 'sortd')],
  [
    filter('', '“Asha Rao”'),
    filter('contact', 'Asha'),
    filter('contact', '"On & Time <Ltd>"'),
    filter('', 'Asha'),
  ],
];

const line = fc
  .record({
    filters: fc.tuple(...KINDS.map((kind) => fc.option(fc.constantFrom(...kind), { nil: undefined }))),
    order: fc.array(fc.nat(), { minLength: KINDS.length, maxLength: KINDS.length }),
    saved: fc.constantFrom('', 'save urgent', 'save “big ones”'),
    between: fc.constantFrom(' ', '  ', ', '),
    mistyped: fc.nat(),
    typo: fc.nat(),
  })
  .map(({ filters, order, saved, between, mistyped, typo }) => {
    const given = filters
      .map((one, index) => ({ one, rank: order[index] ?? 0 }))
      .toSorted((left, right) => left.rank - right.rank)
      .flatMap(({ one }) => one ?? []);
    const candidates = given.filter(({ typos }) => typos.length > 0);
    const wrong = candidates[mistyped % Math.max(1, candidates.length)];
    const typed = wrong?.typos[typo % wrong.typos.length] ?? '';
    const text = (changed: boolean) => {
      const parts = given.map((one) =>
        [one === wrong && changed ? typed : one.key, one.value].join(' ').trim(),
      );
      return `${saved} ${parts.join(between)}`.trim();
    };
    return { wrong, typed, meant: text(false), text: text(true) };
  })
  .filter(({ wrong }) => wrong !== undefined);

const unescaped = (text: string): string =>
  text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

const listed = (parsed: Parsed): string[] =>
  parsed.ok
    ? []
    : parsed.suggestions
        .filter(({ name }) => name === 'list')
        .map(({ typed }) => unescaped(typed).slice('list '.length));

const contactOf = (parsed: Parsed): string =>
  parsed.ok && parsed.command.name === 'list' ? (parsed.command.contact ?? '') : '';

describe('a mistyped word of a list', () => {
  test('every suggestion is the whole line with that word changed, and is understood', () => {
    let suggested = 0;
    fc.assert(
      fc.property(line, ({ text, typed }) => {
        const parsed = parseList(text, TODAY);
        if (parsed.ok) {
          // Behind a name that is not over, every word belongs to it.
          expect(contactOf(parsed)).toContain(typed);
          return;
        }
        const words = text.split(/\s+/);
        const suggestions = listed(parsed);
        expect(suggestions, text).not.toEqual([]);
        for (const suggestion of suggestions) {
          suggested += 1;
          const withoutContact = suggestion.replace(new RegExp(`contact (?=.*${typed})`), '');
          const kept = suggestion.split(/\s+/);
          const changed = kept.filter((word, index) => word !== words[index]);
          const isWholeWithContact = withoutContact === text;
          const isOneWord = kept.length === words.length && changed.length === 1;
          expect(isWholeWithContact || isOneWord, `${text} -> ${suggestion}`).toBe(true);
          expect(parseList(suggestion, TODAY).ok, suggestion).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(suggested).toBeGreaterThan(2_000);
  });

  test('the first suggestion is what was meant', () => {
    fc.assert(
      fc.property(line, ({ text, typed, meant, wrong }) => {
        const parsed = parseList(text, TODAY);
        const [first] = listed(parsed);
        // Other words for a status are not the word that the line was made of.
        if (first === undefined || /^(open|paid|pending|form)$/.test(typed)) return;
        const understood = parseList(first, TODAY);
        expect(understood, `${wrong?.key}: ${first}`).toEqual(parseList(meant, TODAY));
        expect(understood.ok).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
