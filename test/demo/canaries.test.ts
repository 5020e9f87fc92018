/** Owns the search for what must not be in a log: it finds every kind of it, and nothing in what is masked. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import { type InstantPay, startInstantPay } from '../../fakes/instantpay/server.ts';
import { type LocalSlack, startSlack } from '../../fakes/slack/slack.ts';
import { findCanaries, findUnmasked } from '../../demo/tour/canaries.ts';

let slack: LocalSlack;
let instantpay: InstantPay;
beforeAll(async () => {
  [slack, instantpay] = await Promise.all([startSlack(), startInstantPay()]);
  // Nobody listens there; what was handed out for the command is what counts.
  slack.deliverTo('http://127.0.0.1:9/slack/events');
  await slack.people.operator.command('/payout', 'help');
});
afterAll(async () => {
  await Promise.all([slack.close(), instantpay.close()]);
});

const log = (value: string | undefined): string => `{"level":"trace","reason":"with ${value} in it"}\n`;

test('every secret and every one-time address is found', () => {
  const [command] = slack.deliveries;
  const { clientId, clientSecret } = instantpay.credentials;
  const values = [slack.botToken, slack.appToken, slack.signingSecret, clientId, clientSecret];
  for (const value of [...values, command?.responseUrl, command?.triggerId])
    expect(findCanaries(log(value), instantpay, slack), value).toHaveLength(1);
});

test('every number and address of a recipient is found', () => {
  const { mobile, email } = WELL_KNOWN_PEOPLE.claimed;
  const account = instantpay.link(WELL_KNOWN.claimed)?.activity.at(-1)?.accountNumber;
  for (const value of [mobile, email, account]) {
    expect(findCanaries(log(value), instantpay, slack), value).toHaveLength(1);
    expect(findUnmasked(log(value), instantpay), value).toHaveLength(1);
  }
  expect(findCanaries(log('50100345678912'), instantpay, slack).length).toBeGreaterThan(0);
});

test('what is masked is not', () => {
  const masked = `******1105 u***@inbox.example ${WELL_KNOWN.claimed} xoxb 2026-11-20T05:30:00.000Z`;
  expect(findCanaries(log(masked), instantpay, slack)).toEqual([]);
});
