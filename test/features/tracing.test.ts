/** Owns the traces of the whole app: each request and what it causes, sent by OTLP to a local collector. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { expectNothingPrivate } from '../fuzz/canaries.ts';
import {
  type CollectedSpan,
  type Collector,
  ERROR_STATUS,
  KIND,
  startCollector,
} from '../tracing/collector.ts';
import { NOT_SENT_IN_TIME } from '../../src/tracing/tracing.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { approve, askToCancel, requestIdOf, the } from './steps.ts';

let collector: Collector;
let bot: TestBot;
beforeEach(async () => {
  collector = await startCollector();
});
afterEach(async () => {
  await bot.close();
  await collector.close();
});

const openTraced = (more: Parameters<typeof openBot>[0] = {}): Promise<TestBot> =>
  openBot({ ...more, env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...more.env } });

/** All spans; the last ones are sent when the app stops. */
async function spansOf(stopped: TestBot): Promise<CollectedSpan[]> {
  await stopped.stop();
  return collector.spans();
}

const named = (spans: readonly CollectedSpan[], name: string): CollectedSpan[] =>
  spans.filter((span) => span.name === name);

const below = (spans: readonly CollectedSpan[], { spanId, traceId }: CollectedSpan): CollectedSpan[] =>
  spans.filter((span) => span.parentSpanId === spanId && span.traceId === traceId);

test('a command is one span, and what it asks of store, InstantPay and Slack stands below it', async () => {
  bot = await openTraced();
  await bot.say(bot.people.operator, `track ${WELL_KNOWN.issued}`);
  const { requestId } = the(bot.entries().filter(({ msg }) => msg === 'handled'));
  const spans = await spansOf(bot);

  expect(new Set(collector.paths)).toEqual(new Set(['/v1/traces']));
  expect(collector.resource()).toMatchObject({
    'service.name': 'payout-desk',
    'service.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
    'service.instance.id': expect.any(String),
  });
  const request = the(named(spans, 'command track'));
  expect(named(spans, 'command track')).toHaveLength(1);
  expect(request).toMatchObject({ kind: KIND.server, status: { code: 0 } });
  expect(request.parentSpanId ?? '').toBe('');
  expect(request.attributes).toEqual({
    'payout_desk.kind': 'request',
    'payout_desk.request_id': requestId,
    'payout_desk.outcome': 'ok',
  });
  const children = below(spans, request);
  const call = the(named(children, 'InstantPay track'));
  expect(call).toMatchObject({ kind: KIND.client, status: { code: 0 } });
  expect(call.attributes).toEqual({
    'service.peer.name': 'instantpay',
    'payout_desk.operation': 'track',
    'payout_desk.outcome': 'ok',
    'payout_desk.sent': true,
    'http.response.status_code': 200,
  });
  expect(the(named(children, 'store watches.isWatching'))).toMatchObject({
    kind: KIND.client,
    attributes: { 'db.system.name': 'sqlite', 'db.operation.name': 'watches.isWatching' },
  });
  expect(the(named(children, 'Slack response_url')).attributes).toEqual({
    'service.peer.name': 'slack',
    'payout_desk.operation': 'response_url',
    'payout_desk.outcome': 'ok',
  });
  expect(named(children, 'Slack users.info')).toHaveLength(1);
  // Nothing of the request stands anywhere else.
  expect(spans.filter(({ traceId }) => traceId === request.traceId)).toHaveLength(children.length + 1);
  for (const child of children) {
    expect(child.endTimeUnixNano).toBeGreaterThanOrEqual(child.startTimeUnixNano);
    expect(child.endTimeUnixNano).toBeLessThanOrEqual(request.endTimeUnixNano);
  }
});

test('a cancellation: its steps and its one call are in the trace of the approval', async () => {
  bot = await openTraced();
  const { card } = await askToCancel(bot);
  const cancelRequestId = requestIdOf(card);
  await approve(bot, card);
  const spans = await spansOf(bot);

  const asked = the(named(spans, 'command cancel'));
  expect(stepsOf(asked)).toEqual([[undefined, 'pending']]);
  const decided = the(named(spans, 'button approval.approve'));
  expect(decided.attributes).toMatchObject({ 'payout_desk.cancel_request_id': cancelRequestId });
  expect(stepsOf(decided)).toEqual([
    ['pending', 'approved'],
    ['approved', 'executing'],
    ['executing', 'executed'],
  ]);
  for (const event of [...asked.events, ...decided.events])
    expect(event.attributes['payout_desk.cancel_request_id']).toBe(cancelRequestId);
  expect(named(spans, 'InstantPay cancel').map(({ parentSpanId }) => parentSpanId)).toEqual([decided.spanId]);
  expect(named(below(spans, asked), 'Slack chat.postMessage').length).toBeGreaterThan(0);
  expect(named(below(spans, decided), 'Slack chat.update').length).toBeGreaterThan(0);
  // The context stays here: nothing of it is sent to InstantPay.
  const headers = bot.instantpay.calls.flatMap(({ headerNames }) => headerNames);
  expect(headers).toContain('x-ipay-client-id');
  expect(headers.filter((name) => /^(traceparent|tracestate|baggage|b3)$/.test(name))).toEqual([]);
});

function stepsOf({ events }: CollectedSpan) {
  return events.map(({ attributes }) => [attributes['payout_desk.from'], attributes['payout_desk.to']]);
}

test('each attempt is a span; what failed says how', async () => {
  bot = await openTraced();
  bot.instantpay.fault({ operation: 'track', effect: { kind: 'raw', httpStatus: 503, body: '' } });
  await bot.say(bot.people.operator, `track ${WELL_KNOWN.issued}`);
  await bot.say(bot.people.stranger, `track ${WELL_KNOWN.issued}`);
  const spans = await spansOf(bot);

  const [first, second] = named(spans, 'InstantPay track');
  expect(first).toMatchObject({
    status: { code: ERROR_STATUS },
    attributes: { 'payout_desk.outcome': 'http', 'error.type': 'http', 'http.response.status_code': 503 },
  });
  expect(second).toMatchObject({
    status: { code: 0 },
    attributes: { 'payout_desk.outcome': 'ok', 'http.request.resend_count': 1 },
  });
  // Refused is an answer, not a fault.
  const refused = the(named(spans, 'command track'), 1);
  expect(refused).toMatchObject({ status: { code: 0 }, attributes: { 'payout_desk.outcome': 'forbidden' } });
  for (const { status } of spans) expect(status.message ?? '').toBe('');
});

test('an event and what starts by itself have spans of their own', async () => {
  bot = await openTraced();
  const { operator } = bot.people;
  const url = `https://instant.pe/${bot.instantpay.link(WELL_KNOWN.issued)?.code}`;
  const { message } = await operator.write(`is ${url} open?`, { channel: bot.channels.payouts });
  await bot.slack.waitFor(() => Object.keys(message.unfurls).length > 0, { what: 'an unfurl' });
  const spans = await spansOf(bot);
  const heard = the(named(spans, 'event link_shared'));
  expect(heard).toMatchObject({ kind: KIND.server });
  expect(named(below(spans, heard), 'Slack chat.unfurl')).toHaveLength(1);
  const recovery = the(named(spans, 'job recovery'));
  expect(recovery).toMatchObject({ kind: KIND.internal, attributes: { 'payout_desk.kind': 'job' } });
  expect(below(spans, recovery).map(({ name }) => name)).toContain('store requests.due');
});

test('nothing private and no text of anybody stands in spans', async () => {
  bot = await openTraced();
  const { operator } = bot.people;
  for (const typed of [
    'track 9820011104',
    'track Oindrila Lahiri',
    'list',
    'txn canary-reference 2026-11-19',
  ])
    await bot.say(operator, typed);
  const { card } = await askToCancel(bot, { reason: 'canary of a reason' });
  await approve(bot, card);
  const given = ['Oindrila', 'canary', WELL_KNOWN.issued, operator.id, bot.channels.approvals.id];
  expect(read(card)).toContain('canary of a reason');
  await bot.stop();
  expect(collector.spans().length).toBeGreaterThan(20);
  for (const canary of given) expect(collector.sent()).not.toContain(canary);
  await bot.start();
  await expectNothingPrivate(bot, [], { traces: () => collector.sent() });
});

test('a collector that refuses costs one line of the log', async () => {
  collector.refuse(400);
  bot = await openTraced();
  expect(read(await bot.say(bot.people.operator, `track ${WELL_KNOWN.issued}`))).toContain('ISSUED');
  await bot.stop();
  expect(bot.entries().filter(({ msg }) => msg === 'traces not delivered')).toHaveLength(1);
});

test('a collector that does not answer does not hold up a stop', async () => {
  collector.hang();
  bot = await openTraced();
  await bot.say(bot.people.operator, `track ${WELL_KNOWN.issued}`);
  await bot.stop();
  expect(bot.entries().filter(({ msg }) => msg === NOT_SENT_IN_TIME)).toHaveLength(1);
});
