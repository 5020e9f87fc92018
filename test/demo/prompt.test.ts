/** Owns the prompt: what a person types at it, from a pipe, and how everything ends with it. */

import { expect, test } from 'vitest';
import { readLine } from '../../demo/terminal/read-line.ts';
import { asSlackSends } from '../../demo/terminal/typed.ts';
import { CHANNELS, PEOPLE } from '../../fakes/slack/workspace.ts';
import { REASON_DETAILS } from '../../src/slack/views/cancel-form.ts';
import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import { startDemo } from './demo-process.ts';

test('a cancel from a pipe: form, card, approval, and a clean end', { timeout: 60_000 }, async () => {
  const demo = startDemo('--terminal');
  demo.type(
    `/payout cancel ${WELL_KNOWN.issued}`,
    'Duplicate',
    'paid twice',
    '',
    'as approver',
    '2 no',
    '2',
    '',
    '2 yes',
    'look',
    'as operator',
  );
  demo.child.stdin.end();
  expect(await demo.ended, demo.output).toBe(0);
  const { output } = demo;
  expect(output).toContain(`${REASON_DETAILS} (optional) > paid twice`);
  expect(output).toMatch(/\* #payout-approvals: .*₹12,500\.50 to Zubin Wadia/);
  expect(output).toContain('[2 Approve] [3 Reject]');
  expect(output).toContain('✅ Link cancelled · ₹12,500.50');
  expect(output).toContain('(answered with no)');
  expect(output.split('(answered with yes)')).toHaveLength(3);
  // The second press is one too many, on a message that has changed.
  expect(output).toContain('already approved');
  expect(output.match(/InstantPay has got .*/g)).toEqual([
    'InstantPay has got 1 cancel call so far. Press the same number again: it stays at 1.',
  ]);
  expect(output.trimEnd().split('\n').at(-1)).toBe('Payout Desk stopped.');
});

test('the clock, a trouble, a recipient and a kill, from a pipe', { timeout: 60_000 }, async () => {
  const demo = startDemo('--terminal');
  demo.type(
    'clock',
    'instantpay 500',
    `/payout track ${WELL_KNOWN.issued}`,
    'instantpay off',
    `recipient claims ${WELL_KNOWN_PEOPLE.issued.name}`,
    `recipient claims ${WELL_KNOWN_PEOPLE.issued.name}`,
    `/payout track ${WELL_KNOWN.issued}`,
    'clock tomorrow 10:00',
    'in #payout-digests',
    'kill',
    '/payout help',
  );
  demo.child.stdin.end();
  expect(await demo.ended, demo.output).toBe(0);
  const { output } = demo;
  expect(output).toContain('The clock shows 23 Nov 2026, 09:58 IST.');
  expect(output).toContain('HTTP 500');
  expect(output).toContain('The link of Zubin Wadia is PROCESSING at InstantPay.');
  expect(output).toContain('The link is PROCESSING, so that cannot happen to it.');
  expect(output).toContain('The clock shows 24 Nov 2026, 10:00 IST.');
  // The digest of today was not left out on the way.
  expect(output).toMatch(/Tue 24 Nov[^]*Since Mon/);
  expect(output).not.toContain('digest not posted');
  expect(output).toContain('Payout Desk was killed.');
  expect(output).toContain('/payout failed with the error');
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'after %s nothing is left running',
  { timeout: 60_000 },
  async (signal) => {
    const demo = startDemo('--terminal');
    await demo.reads('(operator) in #payouts');
    const controls = /http:\S+(?=\/readyz)/.exec(demo.output)?.[0];
    expect((await fetch(`${controls}/healthz`)).status).toBe(200);
    demo.child.kill(signal);
    expect(await demo.ended).toBe(signal === 'SIGTERM' ? 0 : null);
    await expect
      .poll(
        () =>
          fetch(`${controls}/healthz`).then(
            () => 'open',
            () => 'closed',
          ),
        { timeout: 12_000 },
      )
      .toBe('closed');
  },
);

test.each([
  ['/payout list expired', { do: 'slash', text: 'list expired' }],
  ['/payout', { do: 'slash', text: '' }],
  ['/PAYOUT help', { do: 'slash', text: 'help' }],
  ['3', { do: 'press', number: 3, choice: '' }],
  ['press 12', { do: 'press', number: 12, choice: '' }],
  ['[4]', { do: 'press', number: 4, choice: '' }],
  ['5 EXPIRED', { do: 'press', number: 5, choice: 'EXPIRED' }],
  ['as second-approver', { do: 'become', who: 'second-approver' }],
  ['in #payouts', { do: 'go', channel: '#payouts' }],
  ['look', { do: 'look', count: 3 }],
  ['look 10', { do: 'look', count: 10 }],
  ['clock', { do: 'clock', to: undefined }],
  ['clock +13h', { do: 'clock', to: 13 * 3_600_000 }],
  ['clock tomorrow 10:00', { do: 'clock', to: 'tomorrow' }],
  ['instantpay hang', { do: 'instantpay', trouble: 'hang' }],
  ['instantpay off', { do: 'instantpay', trouble: 'off' }],
  ['recipient stalls Asha Rao', { do: 'recipient', happening: 'stalls', link: 'Asha Rao' }],
  ['kill', { do: 'kill' }],
  ['', { do: 'nothing' }],
  ['exit', { do: 'quit' }],
])('typed: %s', (line, typed) => {
  expect(readLine(line)).toEqual(typed);
});

test.each(['/remind me', 'approve', 'lokk', 'clock back', 'clock +900d', 'instantpay', 'recipient claims'])(
  'not understood: %s',
  (line) => {
    expect(readLine(line).do).toBe('unclear');
  },
);

test.each([
  ['cancel 65 a <b> & c', 'cancel 65 a &lt;b&gt; &amp; c'],
  ['audit @asha csv', 'audit <@U0ASHA|asha> csv'],
  ['cancel 65 wake @channel and @nobody', 'cancel 65 wake <!channel> and @nobody'],
  ['track https://instant.pe/LS25FH', 'track <https://instant.pe/LS25FH>'],
  ['notify asha@example.in', 'notify <mailto:asha@example.in|asha@example.in>'],
  ['cancel 65 see #payouts', 'cancel 65 see <#C0PAYOUTS|payouts>'],
])('as Slack sends it: %s', (text, sent) => {
  expect(asSlackSends(text, { people: PEOPLE, channels: CHANNELS })).toBe(sent);
});
