/** Owns the ways in which a delivery is signed, rightly and wrongly, before Bolt's own check. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LocalSlack } from '../../../fakes/slack/slack.ts';
import { startSlack } from '../../../fakes/slack/slack.ts';
import type { TinyApp } from './tiny-app.ts';
import { startOverHttp } from './tiny-app.ts';

let slack: LocalSlack;
let app: TinyApp;
let heard = 0;
let asked = '';
let retries: (string | undefined)[];

beforeEach(async () => {
  slack = await startSlack();
  heard = 0;
  retries = [];
  app = await startOverHttp(slack, (bolt) => {
    bolt.use(async ({ context, next }) => {
      retries.push(context.retryNum === undefined ? undefined : `${context.retryNum} ${context.retryReason}`);
      await next();
    });
    bolt.command('/payout', async ({ ack, command }) => {
      heard += 1;
      asked = command.text;
      await ack();
    });
    bolt.event('app_mention', async () => {
      heard += 1;
    });
  });
});

afterEach(async () => {
  await app.stop();
  await slack.close();
});

test.each([
  ['valid', { signature: 'valid' }, 200],
  ['wrong', { signature: 'wrong' }, 401],
  ['missing', { signature: 'missing' }, 401],
  ['six minutes old', { timestampShiftS: -360 }, 401],
  ['four minutes old', { timestampShiftS: -240 }, 200],
  ['more than an hour ahead, which Bolt alone lets through', { timestampShiftS: 4_000 }, 200],
] as const)('%s', async (_, options, status) => {
  const sent = await slack.people.operator.command('/payout', 'x', options);
  expect(sent.ack.status).toBe(status);
  expect(heard).toBe(status === 200 ? 1 : 0);
  expect(slack.people.operator.notices()).toHaveLength(status === 200 ? 0 : 1);
});

test('a retry carries its number and reason', async () => {
  const event = { type: 'app_mention', user: 'U0ASHA', text: 'hello', channel: 'C0PAYOUTS', ts: '1.2' };
  const first = await slack.people.operator.event(event);
  const second = await first.again({ retry: { number: 1, reason: 'http_timeout' } });
  expect(retries).toEqual([undefined, '1 http_timeout']);
  expect(second.outbound.payload.event_id).toBe(first.outbound.payload.event_id);
  await slack.people.operator.event(event);
  expect(slack.deliveries.at(-1)?.outbound.payload.event_id).not.toBe(first.outbound.payload.event_id);
  expect(heard).toBe(3);
});

test('the payload may be forged as a whole, and is signed all the same', async () => {
  const sent = await slack.people.operator.command('/payout', 'x', {
    forge: (payload) => ({ ...payload, text: 'forged' }),
  });
  expect(sent.ack.status).toBe(200);
  expect(asked).toBe('forged');
  asked = '';
  await sent.again();
  expect(asked).toBe('forged');
});
