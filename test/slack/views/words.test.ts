/** Owns the words of help, forms and notices. */

import { describe, expect, test } from 'vitest';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import { parseCommand } from '../../../src/slack/parse/parse.ts';
import { createSeal } from '../../../src/slack/block-kit/seal.ts';
import { PROBLEMS } from '../../../src/slack/parse/problems.ts';
import { help, MAY_NOT } from '../../../src/slack/views/help.ts';
import { emergencyModal, rejectReasonModal } from '../../../src/slack/views/modals.ts';
import { failure, notice, reminded } from '../../../src/slack/views/notices.ts';
import { notUnderstood } from '../../../src/slack/views/suggestions.ts';
import { STATUS_MEANINGS, TERM_MEANINGS } from '../../../src/slack/parse/terms.ts';
import { COMMAND_NAMES, COMMAND_WORDS } from '../../../src/slack/parse/vocabulary.ts';
import { elementsOf, labelsOf, problemsOf, problemsOfView, readable } from '../shown.ts';
import { alone } from '../../payouts/setup.ts';
import { anApproval, LINK_ID, NOW } from './samples.ts';
import { KNOWN_STATUSES } from '../../../src/payouts/links/link.ts';

const seal = createSeal('secret');
const escaped = (text: string) => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;');

describe('help', () => {
  test('names every command with its usage', () => {
    expect(problemsOf(help())).toEqual([]);
    for (const name of COMMAND_NAMES.filter((one) => one !== 'help')) {
      expect(readable(help())).toContain(`\`${escaped(COMMAND_WORDS[name].usage)}\``);
    }
    expect(labelsOf(help())).toEqual([
      'Track a link',
      'List links',
      'Request cancellation',
      'Check a transaction',
      'Pending approvals',
      'Digest now',
    ]);
  });

  test('offers only what the reader may use', () => {
    const viewer = readable(help(undefined, (permission) => permission === 'look'));
    expect(viewer).toContain('/payout track');
    for (const name of ['notify', 'cancel', 'audit', 'away', 'back'] as const) {
      expect(viewer).not.toContain(`/payout ${name} `);
      expect(viewer).not.toMatch(new RegExp(`^/payout ${name}$`, 'm'));
    }
    const nothing = help(undefined, () => false);
    expect(problemsOf(nothing)).toEqual([]);
    expect(labelsOf(nothing)).toEqual([]);
    expect(readable(nothing)).toContain('/payout whoami');
    expect(readable(help('audit', () => false))).toContain(MAY_NOT);
    expect(readable(help('audit'))).not.toContain(MAY_NOT);
  });

  test('explains each status and each term', () => {
    const words = help('words');
    expect(problemsOf(words)).toEqual([]);
    for (const meaning of Object.values(STATUS_MEANINGS)) expect(readable(words)).toContain(meaning);
    for (const [term, meaning] of TERM_MEANINGS)
      expect(readable(words)).toContain(`*${term}* ${escaped(meaning)}`);
  });

  test.each(COMMAND_NAMES)('shows examples of %s', (name) => {
    const message = help(name);
    expect(problemsOf(message)).toEqual([]);
    for (const example of COMMAND_WORDS[name].examples) expect(readable(message)).toContain(example);
  });

  test('says what was not understood, what was meant, and its usage', () => {
    const parsed = parseCommand('list isued', '2026-11-20');
    if (parsed.ok) throw new Error('understood');
    const message = notUnderstood(parsed, { seal });
    for (const words of [
      PROBLEMS.unknownStatus('“isued”', KNOWN_STATUSES),
      '/payout list ISSUED',
      '[status ...]',
    ]) {
      expect(readable(message)).toContain(words);
    }
    const problem = PROBLEMS.unknownCommand('“x”');
    const lost = notUnderstood({ ok: false, problem, about: undefined, suggestions: [] }, { seal });
    expect(readable(lost)).toContain('/payout help');
  });
});

describe('forms', () => {
  test('ask for a reason of three to five hundred characters', () => {
    const forms = [rejectReasonModal('{}', alone(anApproval())), emergencyModal('{}', alone(anApproval()))];
    for (const view of forms) {
      expect(problemsOfView(view)).toEqual([]);
      expect(view.private_metadata).toBe('{}');
      expect(JSON.stringify(view)).toContain('"multiline":true,"min_length":3,"max_length":500');
    }
    for (const view of forms) expect(readable(view)).toContain(LINK_ID);
  });
});

describe('notices', () => {
  test('a reminder says to whom and when the next may go', () => {
    const message = reminded(
      {
        linkId: LINK_ID,
        message: 'Sent to ******5742',
        cooldownUntil: NOW + HOUR_MS,
        ipayUuid: 'h1',
        environment: 'sandbox',
      },
      NOW,
    );
    for (const words of ['Sent to ******5742', LINK_ID, 'today 11:00', 'SANDBOX']) {
      expect(readable(message)).toContain(words);
    }
  });

  test('a failure has its sentence, references and the usage where that helps', () => {
    const message = failure('A sentence.', { supportCode: 'PD-1', ipayUuid: 'h1', usage: 'txn' });
    for (const words of [
      'A sentence.',
      'Support code: PD-1',
      'InstantPay request ID h1',
      '&lt;externalRef&gt;',
    ]) {
      expect(readable(message)).toContain(words);
    }
    expect(message.text).toBe('A sentence. Support code: PD-1');
    expect(elementsOf(notice('Done.'))).toEqual([]);
    expect(notice('Done.').text).toBe('Done.');
  });
});
