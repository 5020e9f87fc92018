/** Owns an InstantPay that cancels and then does not say so: no second call, and the card tells the truth at every moment. */

import { STATE_TITLES } from '../../src/slack/views/approval-words.ts';
import { afterEach, expect, test } from 'vitest';
import type { Effect } from '../../fakes/instantpay/faults.ts';
import { type Replica, startReplica } from './replica.ts';
import { isFull, percentile, report, size } from './size.ts';
import { askToCancel, atOnce, openStage, read, type Stage, until } from './stage.ts';

let stage: Stage;
let replica: Replica | undefined;
afterEach(async () => {
  await replica?.kill();
  await stage.close();
});

const SETTLED_WITHIN_MS = 60_000;
/** The full size waits on the real clock for the look-ups after 5 s and 15 s. */
const SPEED = size(12, 1);
const REPEATS = size(1, 20);

const LIES: [name: string, effect: Effect][] = [
  ['hangs', { kind: 'noHeaders', when: 'after' }],
  ['hangs in the middle of the body', { kind: 'stallBody', when: 'after' }],
  ['resets the connection', { kind: 'reset', when: 'after' }],
  ['answers 500 with HTML', { kind: 'html500', when: 'after' }],
  ['answers 500 with JSON', { kind: 'raw', httpStatus: 500, body: '{"statuscode":"ISE"}', when: 'after' }],
  ['answers 200 with HTML', { kind: 'raw', httpStatus: 200, body: '<h1>Welcome</h1>', when: 'after' }],
  ['answers half a JSON', { kind: 'truncated', when: 'after' }],
];

test('InstantPay cancels and then hangs, resets, or answers nonsense', async () => {
  stage = await openStage({ settings: { INSTANTPAY_TIMEOUT: isFull ? '2s' : '500ms', LOG_LEVEL: 'warn' } });
  const { slack, instantpay, people, settings } = stage;
  replica = await startReplica({ settings, speed: SPEED, approvalsCron: '* * * * * *' });
  stage.deliverTo(replica.url);
  const settledAfterMs: number[] = [];
  const cases = Array.from({ length: REPEATS }, () =>
    LIES.map(([name, effect]) => ({ name, effect })),
  ).flat();
  await atOnce(size(LIES.length, 10), cases, async ({ name, effect }) => {
    const { linkId } = instantpay.addLink();
    const card = await askToCancel(stage, linkId);
    instantpay.fault({ operation: 'cancel', linkId, effect });
    await people.approver.click(card, 'Approve');
    const clickedAt = performance.now();
    await until(`"unknown, checking" on the card when InstantPay ${name}`, 20_000, () =>
      read(card).includes(STATE_TITLES.unknown),
    );
    expect(instantpay.link(linkId)?.status).toBe('CANCELLED');
    await until(`the truth on the card when InstantPay ${name}`, SETTLED_WITHIN_MS, () =>
      read(card).includes('Link cancelled'),
    );
    settledAfterMs.push(performance.now() - clickedAt);
    const told = await until('the word to the requester', 5_000, () =>
      slack
        .messages(people.operator.directMessages)
        .map(read)
        .find((text) => text.includes(linkId) && text.includes('Link cancelled')),
    );
    expect(told).toContain('InstantPay');
    // No version of the card hoped for what was not known yet.
    const versions = [...card.edits.map(({ text, blocks }) => JSON.stringify({ text, blocks })), read(card)];
    const unknownAt = versions.findIndex((version) => version.includes(STATE_TITLES.unknown));
    expect(unknownAt).toBeGreaterThan(0);
    expect(versions.slice(0, unknownAt).join()).not.toContain('Link cancelled');
    expect(read(card)).not.toContain('[Approve]');
    expect(instantpay.callsOf('cancel', linkId)).toHaveLength(1);
  });
  expect(instantpay.callsOf('cancel')).toHaveLength(cases.length);
  report('InstantPay cancels and does not say so', {
    cancels: cases.length,
    'cancel calls': instantpay.callsOf('cancel').length,
    'settled after ms, p50': percentile(settledAfterMs, 0.5),
    'settled after ms, max': percentile(settledAfterMs, 1),
  });
});
