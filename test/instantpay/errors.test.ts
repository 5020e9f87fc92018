/** Owns what a failed call tells: all that it may, and never a credential, a body or an unmasked value. */

import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createGateway } from '../../src/instantpay/gateway.ts';
import { groupOf } from '../../src/instantpay/codes.ts';
import { InstantPayError } from '../../src/instantpay/errors.ts';
import { NotFound, Refused, Unavailable, UsageError } from '../../src/errors.ts';
import {
  deadPort,
  envelopeOf,
  LINK_ID,
  makeClient,
  makeInstantPay,
  rejection,
  serve,
  serveJson,
  UUID,
} from './setup.ts';

const CANARIES = {
  clientId: 'canary-client-id',
  clientSecret: 'canary-client-secret',
  endpointIp: '192.0.2.77',
};
const CONTACT = 'canary.person@bank.example';
const BODY = 'canary-body';

function everythingIn(value: unknown): string {
  const chain: unknown[] = [];
  for (let each = value; each instanceof Error; each = each.cause) chain.push(each, each.stack, each.message);
  const shown = chain.map((each) => inspect(each, { depth: 10, showHidden: true, getters: true }));
  return [...shown, JSON.stringify(value), String(value), inspect(value, { depth: 10 })].join('\n');
}

describe('nothing private is in a failure, its causes or an event', () => {
  test.each([
    ['refused connection', undefined],
    ['HTML', { kind: 'raw', httpStatus: 500, body: `<p>${BODY}</p>` }],
    ['JSON cut off', { kind: 'raw', httpStatus: 200, body: `{"statuscode":"TXN","data":"${BODY}` }],
    ['no envelope', { kind: 'raw', httpStatus: 200, body: `{"data":"${BODY}"}` }],
    [
      'wrong data',
      { kind: 'raw', httpStatus: 200, body: `{"statuscode":"TXN","data":{"records":"${BODY}"}}` },
    ],
    [
      'a code',
      { kind: 'statuscode', statuscode: 'ERR', status: 'No link for 9820012345 or ravi.k@bank.example' },
    ],
    ['redirect', { kind: 'raw', httpStatus: 302, body: BODY, headers: { location: 'http://127.0.0.1:1/x' } }],
    ['reset', { kind: 'reset' }],
    ['stalled body', { kind: 'stallBody' }],
    ['no answer', { kind: 'noHeaders' }],
  ] as const)('%s', async (_what, effect) => {
    const instantPay = await makeInstantPay({ seed: 0, ...CANARIES });
    if (effect) instantPay.fault({ effect, times: 0 });
    const url = effect ? instantPay.url : `http://127.0.0.1:${await deadPort()}`;
    const { client, events } = makeClient(url, { ...CANARIES, timeoutMs: 80 });
    const gateway = createGateway(client);

    const failures: unknown[] = [
      await rejection(client.track(LINK_ID)),
      await rejection(gateway.track(LINK_ID)),
      await client.page({ contact: CONTACT }, 1).catch((error: unknown) => error),
      await gateway.page({ contact: CONTACT }, 1).catch((error: unknown) => error),
      await client.cancel(LINK_ID),
      await client.transaction({ externalRef: 'REF', date: '2026-11-20', aeps: false }),
    ];
    const text = failures.map(everythingIn).join('\n') + inspect(events, { depth: 10 });
    expect(text).not.toMatch(/canary|192\.0\.2\.77|9820012345|ravi\.k/);
    expect(text).not.toMatch(/axios/i);
    expect(failures[0]).toBeInstanceOf(InstantPayError);
    expect(events.length).toBeGreaterThan(0);
  });

  test('and the check would see one', () => {
    const leaking = new Error('x', { cause: new Error('y', { cause: { headers: CANARIES } }) });
    expect(everythingIn(leaking)).toContain('canary-client-secret');
  });
});

describe('a failure tells', () => {
  test('operation, HTTP status, code, InstantPay’s words, request id and time (R19)', async () => {
    const { url } = await serveJson(() => envelopeOf(null, { statuscode: 'ERR', status: 'Link not found' }));
    expect(await rejection(makeClient(url).client.track(LINK_ID))).toMatchObject({
      name: 'InstantPayError',
      kind: 'code',
      operation: 'track',
      httpStatus: 200,
      statuscode: 'ERR',
      group: 'failure',
      words: 'Link not found',
      ipayUuid: UUID,
      environment: 'live',
      sent: true,
      elapsedMs: expect.any(Number),
    });
  });

  test.each(['TXN', 'TUP', 'RPI', 'IAT', 'IAB', 'DTX', 'ISE', 'ERR', 'TRP', 'ZZZ'])(
    'a sentence of its own for the group of %s, with the code in it',
    (statuscode) => {
      const facts = { kind: 'code', operation: 'track', sent: true, transient: false } as const;
      const error = new InstantPayError({ ...facts, statuscode, group: groupOf(statuscode) });
      expect(error.message).toMatch(/InstantPay/);
      expect(error.message).toContain(`(${statuscode})`);
      const others = ['RPI', 'IAT', 'IAB', 'DTX', 'ISE', 'ERR', 'TRP', 'TUP']
        .filter((code) => code !== statuscode)
        .map((code) => new InstantPayError({ ...facts, statuscode, group: groupOf(code) }).message);
      expect(others).not.toContain(error.message);
    },
  );
});

describe('the gateway’s failures are Payout Desk’s', () => {
  async function failing(rest: Record<string, unknown>, httpStatus = 200) {
    const { url } = await serveJson(() => envelopeOf(null, rest), httpStatus);
    return createGateway(makeClient(url).client);
  }

  test.each([
    ['ERR', Refused, Refused],
    ['RPI', Refused, Refused],
    ['IAB', Refused, Refused],
    ['DTX', Refused, Refused],
    ['TRP', Refused, Refused],
    ['IAT', Unavailable, Unavailable],
    ['TUP', Unavailable, Unavailable],
    ['USM', Unavailable, Unavailable],
    ['ZZZ', Unavailable, Unavailable],
  ])('%s', async (statuscode, onTrack, onPage) => {
    const gateway = await failing({ statuscode, status: 'Nothing for 9820012345' });
    for (const [error, type] of [
      [await rejection(gateway.track(LINK_ID)), onTrack],
      [await rejection(gateway.page({}, 1)), onPage],
    ] as const) {
      expect(error).toBeInstanceOf(type);
      expect(error).toMatchObject({ ipayUuid: UUID, cause: expect.any(InstantPayError) });
      expect(String(error)).toContain('“Nothing for ******2345”');
    }
  });

  test.each([
    ['ERR', 'Link not found', true],
    ['RPI', 'No such link', true],
    ['FAB', 'The link does not exist', true],
    ['ERR', 'Unable to fetch, try again later', false],
    ['RPI', 'Invalid link id', false],
    ['ERR', 'Merchant not found', false],
    ['ERR', '', false],
  ])('%s with “%s” says that there is no such link: %s (R23)', async (statuscode, status, says) => {
    const error = await rejection((await failing({ statuscode, status })).track(LINK_ID));
    expect(error).toBeInstanceOf(says ? NotFound : Refused);
    expect(String(error)).toContain(status);
    expect(String(error).includes('no such link:')).toBe(says);
  });

  test('says that an administrator must act on wrong credentials, with and without a code', async () => {
    const instantPay = await makeInstantPay();
    const gateway = createGateway(makeClient(instantPay.url, { clientSecret: 'wrong' }).client);
    expect(String(await rejection(gateway.track(LINK_ID)))).toMatch(/administrator/);
    expect(await gateway.cancel(LINK_ID, Infinity)).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('administrator'),
    });
    const { url } = await serve((_seen, _request, response) => {
      response.writeHead(403).end('<h1>Forbidden</h1>');
    });
    const blocked = await rejection(createGateway(makeClient(url).client).track(LINK_ID));
    expect(blocked).toBeInstanceOf(Unavailable);
    expect(String(blocked)).toMatch(/administrator/);
  });

  test('keeps the request id of a 5xx that has one', async () => {
    const gateway = await failing({ statuscode: 'ISE', status: 'Oops' }, 500);
    expect(await rejection(gateway.track(LINK_ID))).toMatchObject({ kind: 'unavailable', ipayUuid: UUID });
  });

  test('takes wrong input for what it is', async () => {
    const gateway = createGateway(makeClient('http://127.0.0.1:1').client);
    expect(await rejection(gateway.track('nope'))).toBeInstanceOf(UsageError);
    expect(await rejection(gateway.page({ contact: '' }, 1))).toBeInstanceOf(UsageError);
    expect(await rejection(gateway.links({ contact: '' }).next())).toBeInstanceOf(UsageError);
  });

  test('passes everything else through', async () => {
    const instantPay = await makeInstantPay({});
    const gateway = createGateway(makeClient(instantPay.url).client);
    const linkId = instantPay.links('ISSUED')[0]?.linkId ?? '';
    expect(await gateway.track(linkId)).toMatchObject({ linkId, status: 'ISSUED' });
    expect((await gateway.page({ statuses: ['ISSUED'] }, 1)).links).toHaveLength(10);
    expect((await gateway.page({ statuses: ['ISSUED'] }, 1, 5)).links).toHaveLength(5);
    expect(await gateway.notify(linkId)).toMatchObject({ kind: 'done' });
    expect(await gateway.cancel(linkId, Infinity)).toMatchObject({ kind: 'done' });
    expect(instantPay.link(linkId)?.status).toBe('CANCELLED');
    expect(await gateway.transaction({ externalRef: 'X', date: '2026-11-20', aeps: false })).toMatchObject({
      query: 'failed',
    });
    let links = 0;
    const walking = gateway.links({});
    for (let next = await walking.next(); ; next = await walking.next()) {
      if (next.done) {
        expect(next.value).toMatchObject({ complete: true, recordsRead: 240 });
        break;
      }
      links += next.value.links.length;
    }
    expect(links).toBe(240);
  });
});
