/** Owns what a form remembers: it comes back as it was, stays unreadable where private, and cannot be forged. */

import { describe, expect, test } from 'vitest';
import * as forms from '../../../src/slack/block-kit/form-metadata.ts';
import type { LinkTarget } from '../../../src/payouts/links/target.ts';
import { LIMITS } from '../../../src/slack/block-kit/limits.ts';
import { createSeal } from '../../../src/slack/block-kit/seal.ts';

const seal = createSeal('a secret of this desk');

describe('what a modal remembers', () => {
  const responseUrl = 'https://hooks.slack.com/commands/T1/2/x';
  const cancel = {
    targets: [{ kind: 'contact', contact: '9876543210' }],
    channelId: 'C0FIN',
    responseUrl,
  } as const;

  test('comes back as it was, and the contact is not readable in it', () => {
    const text = forms.encodeCancelMetadata(cancel, seal);
    expect(text).not.toContain('98765');
    expect(text).not.toContain('hooks.slack');
    expect(JSON.parse(text)).toMatchObject({ channelId: 'C0FIN' });
    expect(forms.decodeCancelMetadata(text, seal)).toEqual(cancel);
    const reject = { cancelRequestId: 'a1', channelId: 'C0FIN', responseUrl: undefined };
    expect(forms.decodeDecisionMetadata(forms.encodeDecisionMetadata(reject, seal), seal)).toEqual(reject);
  });

  test.each([
    ['the longest name and reason', [{ kind: 'contact', contact: 'अ'.repeat(200) }], 'कखगघ'.repeat(125)],
    [
      'a whole command of words',
      [{ kind: 'contact', contact: 'राहुल शर्मा को दो बार भुगतान '.repeat(34) }],
      undefined,
    ],
    [
      'twenty links',
      Array.from({ length: 20 }, (_none, index) => ({ kind: 'id', linkId: String(index).padStart(24, '0') })),
      'x'.repeat(480),
    ],
  ] as [string, LinkTarget[], string | undefined][])('fits %s', (_what, targets, reason) => {
    const given = { targets, reason, channelId: 'C0FIN', responseUrl };
    const text = forms.encodeCancelMetadata(given, seal);
    expect(text.length).toBeLessThanOrEqual(LIMITS.privateMetadata);
    expect(forms.decodeCancelMetadata(text, seal)).toEqual(given);
  });

  test('fits fifty selected requests, and is refused when it is another form’s', () => {
    const ids = Array.from(
      { length: 50 },
      (_none, index) => `c0ffee12-3456-4789-9abc-${String(index).padStart(12, '0')}`,
    );
    const given = { channelId: 'U0APP', ids };
    const text = forms.encodeSelectionMetadata(given, seal);
    expect(text.length).toBeLessThanOrEqual(LIMITS.privateMetadata);
    expect(forms.decodeSelectionMetadata(text, seal)).toEqual(given);
    expect(forms.decodeDecisionMetadata(text, seal)).toBeUndefined();
    const other = forms.encodeDecisionMetadata({ cancelRequestId: 'a1', channelId: 'U0APP' }, seal);
    for (const forged of [other, '', JSON.stringify(given), undefined])
      expect(forms.decodeSelectionMetadata(forged, seal)).toBeUndefined();
  });

  test('is refused when forged, or when it is the other form’s', () => {
    const text = forms.encodeDecisionMetadata({ cancelRequestId: 'a1', channelId: 'C0FIN' }, seal);
    expect(forms.decodeCancelMetadata(text, seal)).toBeUndefined();
    expect(forms.decodeDecisionMetadata(text.replace('C0FIN', '<!x>'), seal)).toBeUndefined();
    for (const forged of ['', '{}', 'null', '{"channelId":"C0FIN","sealed":"x"}', undefined]) {
      expect(forms.decodeDecisionMetadata(forged, seal)).toBeUndefined();
    }
  });

  test('the reason is read from where the form puts it', () => {
    expect(
      forms.readReasonInput({ reason: { 'reason.text': { type: 'plain_text_input', value: 'because' } } }),
    ).toBe('because');
    for (const values of [undefined, {}, { reason: {} }, { reason: { 'reason.text': { value: null } } }]) {
      expect(forms.readReasonInput(values)).toBeUndefined();
    }
  });
});
