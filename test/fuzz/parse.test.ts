/** Owns the parser against any typed text: always an answer, at once, and one that may be shown. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCommand } from '../../src/slack/parse/parse.ts';
import { createSeal } from '../../src/slack/block-kit/seal.ts';
import { notUnderstood } from '../../src/slack/views/suggestions.ts';
import { mistyped } from '../../src/slack/parse/near.ts';
import { COMMAND_NAMES, commandNamed } from '../../src/slack/parse/vocabulary.ts';
import { unescapeSlack } from '../../src/slack/parse/unescape.ts';
import { firstWord, unwrapped } from '../../src/slack/parse/words.ts';
import { isFull, report } from '../chaos/size.ts';
import { PRIVATE, runs, typed } from './hostile.ts';
import { expectHarmless } from './judge.ts';

const RUNS = runs(1_000, 10_000);
const TODAY = '2026-11-20';
const seal = createSeal('secret');
/** What may be suggested for a word that is further than one edit away. */
const HARMLESS = new Set([
  'track',
  'list',
  'expiring',
  'stuck',
  'approvals',
  'txn',
  'watches',
  'digest',
  'export',
  'audit',
  'help',
  'whoami',
]);
/** Far more than any text takes, and far less than an expression that runs away. */
const AT_ONCE_MS = 250;

test(`${RUNS.numRuns} texts`, { timeout: isFull ? 600_000 : 60_000 }, () => {
  const seen = { understood: new Set<string>(), refused: 0, suggested: 0, slowestMs: 0 };
  fc.assert(
    fc.property(typed, (text) => {
      const started = performance.now();
      const parsed = parseCommand(text, TODAY);
      seen.slowestMs = Math.max(seen.slowestMs, performance.now() - started);
      if (parsed.ok) {
        expect(COMMAND_NAMES).toContain(parsed.command.name);
        seen.understood.add(parsed.command.name);
        return;
      }
      seen.refused += 1;
      expect(parsed.problem.trim()).not.toBe('');
      expect(parsed.problem.length).toBeLessThan(600);
      const answer = notUnderstood(parsed, { seal });
      expectHarmless(answer);
      const shown = JSON.stringify(answer);
      for (const secret of PRIVATE) expect(shown).not.toContain(secret);
      for (const suggestion of parsed.suggestions) {
        seen.suggested += 1;
        expect(suggestion.shown).toMatch(/^\/payout /);
        // What is suggested is understood, or leads on: it never leads back to itself.
        const next = parseCommand(suggestion.typed, TODAY);
        if (!next.ok)
          expect(next.suggestions.map(({ typed: again }) => again)).not.toContain(suggestion.typed);
        else expect(next.command.name).toBe(suggestion.name);
        const first = unwrapped(firstWord(unescapeSlack(text).trim())[0]);
        if (commandNamed(first) === undefined && mistyped(first.toLowerCase()) !== suggestion.name) {
          expect(HARMLESS).toContain(suggestion.name);
        }
      }
    }),
    RUNS,
  );
  // Or else the texts are all alike, and this proves little.
  expect([...seen.understood].sort()).toEqual([...COMMAND_NAMES].sort());
  expect(seen.refused).toBeGreaterThan(RUNS.numRuns / 20);
  expect(seen.suggested).toBeGreaterThan(RUNS.numRuns / 100);
  expect(seen.slowestMs).toBeLessThan(AT_ONCE_MS);
  report('texts through the parser', {
    texts: RUNS.numRuns,
    refused: seen.refused,
    slowest: `${Math.round(seen.slowestMs)} ms`,
  });
});
