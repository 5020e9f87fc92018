/** Owns the prompt: what a person types at it, from a pipe, and how everything ends with it. */

import { expect, test } from 'vitest';
import { readLine } from '../../demo/terminal/read-line.ts';
import { asSlackSends } from '../../demo/terminal/typed.ts';
import { CHANNELS, PEOPLE } from '../../fakes/slack/workspace.ts';
import { REASON_DETAILS } from '../../src/slack/views/cancel-form.ts';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { startDemo } from './demo-process.ts';

test('a cancel from a pipe: form, card, approval, and a clean end', { timeout: 60_000 }, async () => {
  const demo = startDemo('--terminal');
  demo.type(
    `/payout cancel ${WELL_KNOWN.issued}`,
    'Duplicate',
    'paid twice',
    '',
    'as approver',
    '2',
    '2',
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
  expect(output).toContain('(answered with yes)');
  expect(output).toContain('[2 Approve] is gone');
  expect(output.trimEnd().split('\n').at(-1)).toBe('Payout Desk stopped.');
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
  ['', { do: 'nothing' }],
  ['exit', { do: 'quit' }],
])('typed: %s', (line, typed) => {
  expect(readLine(line)).toEqual(typed);
});

test.each(['/remind me', 'approve', 'lokk'])('not understood: %s', (line) => {
  expect(readLine(line).do).toBe('unclear');
});

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
