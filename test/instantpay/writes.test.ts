/** Owns what the answer or failure of a write means (R9), and that no write goes out twice. */

import { describe, expect, test } from 'vitest';
import type { Effect } from '../../fakes/instantpay/faults.ts';
import type { WriteAnswer } from '../../src/payouts/gateway.ts';
import {
  deadPort,
  envelopeOf,
  LINK_ID,
  makeClient,
  makeInstantPay,
  serveJson,
  serveSocket,
  UUID,
} from './setup.ts';
import { NOT_REACHED, NOT_REACHED_IN_TIME } from '../../src/instantpay/errors.ts';

const OPERATIONS = ['cancel', 'notify'] as const;

describe.each(OPERATIONS)('%s: by code', (operation) => {
  const groups: [WriteAnswer['kind'], string][] = [
    ['done', 'TXN txn'],
    ['refused', 'RPI IAN IRA ITI ISP IRT IEC'],
    ['refused', 'IAT IAC UAD AAB ANF OUI ODI IUA KYC VCI OUE'],
    ['refused', 'IAB'],
    ['verify', 'DTX DID'],
    ['verify', 'ERR FAB UED'],
    ['verify', 'TRP TDE DLS'],
    ['unknown', 'TUP'],
    ['unknown', 'SPD SPE SNA ISE IPE TSU RBT DTB USM CNL'],
    ['unknown', 'ZZZ constructor 200'],
  ];
  const rows = groups.flatMap(([kind, codes]) => codes.split(' ').map((code) => [code, kind] as const));

  test.each(rows)('%s is %s', async (statuscode, kind) => {
    const { url, seen } = await serveJson(() =>
      envelopeOf(null, { statuscode, status: 'Words for 9820012345' }),
    );
    const { client, events } = makeClient(url);
    const answer = await client[operation](LINK_ID);
    expect(answer).toMatchObject({ kind, ipayUuid: UUID, environment: 'live' });
    expect(events).toEqual([expect.objectContaining({ statuscode: statuscode.toUpperCase() })]);
    expect(answer.message).toContain('Words for ******2345');
    expect(seen).toHaveLength(1);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ linkId: LINK_ID });
  });
});

describe('by HTTP status', () => {
  test.each([
    // The code of a 4xx counts; without one, something in between may have answered after the fact.
    [401, { statuscode: 'IAT' }, 'refused'],
    [400, { statuscode: 'RPI' }, 'refused'],
    [429, { statuscode: 'RPI' }, 'refused'],
    [409, { statuscode: 'DTX' }, 'verify'],
    [400, { statuscode: 'ZZZ' }, 'unknown'],
    [401, {}, 'unknown'],
    [403, {}, 'unknown'],
    [404, {}, 'unknown'],
    [429, {}, 'unknown'],
    // A 5xx proves nothing whatever its body says, and success under an error contradicts itself.
    [500, { statuscode: 'ERR' }, 'unknown'],
    [502, { statuscode: 'RPI' }, 'unknown'],
    [500, { statuscode: 'TXN' }, 'unknown'],
    [400, { statuscode: 'TXN' }, 'unknown'],
    [302, { statuscode: 'TXN' }, 'unknown'],
    [302, { statuscode: 'RPI' }, 'unknown'],
    [201, { statuscode: 'TXN' }, 'done'],
  ] as const)('HTTP %i with %j is %s', async (httpStatus, body, kind) => {
    const { url, seen } = await serveJson(() => body, httpStatus);
    const { client, slept } = makeClient(url);
    expect((await client.cancel(LINK_ID)).kind).toBe(kind);
    expect(seen).toHaveLength(1);
    expect(slept).toEqual([]);
  });
});

describe('under each fault a cancel leaves once, and its outcome is unknown', () => {
  const faults: Effect[] = (['before', 'after'] as const).flatMap((when): Effect[] => [
    { kind: 'html500', when },
    { kind: 'truncated', when },
    { kind: 'stallBody', when },
    { kind: 'noHeaders', when },
    { kind: 'reset', when },
    { kind: 'statuscode', statuscode: 'ISE', when },
    { kind: 'statuscode', statuscode: 'TUP', when },
    { kind: 'statuscode', statuscode: 'ZZZ', when },
    { kind: 'raw', httpStatus: 200, body: '', when },
    { kind: 'raw', httpStatus: 200, body: '"TXN"', when },
    { kind: 'raw', httpStatus: 200, body: '{"status":"Link Cancelled Successfully"}', when },
  ]);

  test.each([...faults, { kind: 'tooMany', retryAfter: '1' } satisfies Effect])('%j', async (effect) => {
    const instantPay = await makeInstantPay();
    instantPay.addLink({ linkId: LINK_ID });
    instantPay.fault({ effect, operation: 'cancel', times: 0 });
    // An answer that never comes ends by the limit; one that comes is awaited, however busy the machine is.
    const hangs = effect.kind === 'stallBody' || effect.kind === 'noHeaders';
    const { client, slept, attempts } = makeClient(instantPay.url, { timeoutMs: hangs ? 1_000 : 30_000 });

    const answer = await client.cancel(LINK_ID);
    expect(answer.kind).toBe('unknown');
    expect(answer.message).not.toBe('');
    expect(instantPay.callsOf('cancel')).toHaveLength(1);
    expect(attempts()).toHaveLength(1);
    expect(slept).toEqual([]);
    const executed = 'when' in effect && effect.when === 'after';
    expect(instantPay.callsOf('cancel')[0]?.executed).toBe(executed);
    // Tracking tells what became of it.
    const { client: another } = makeClient(instantPay.url, { timeoutMs: 30_000 });
    expect((await another.track(LINK_ID)).status).toBe(executed ? 'CANCELLED' : 'ISSUED');
  });

  test('also when the connection breaks before a byte of the answer, right after it was made', async () => {
    const { port, sockets } = await serveSocket((socket) => socket.destroy());
    expect(await makeClient(`http://127.0.0.1:${port}`).client.cancel(LINK_ID)).toMatchObject({
      kind: 'unknown',
    });
    expect(sockets).toHaveLength(1);
  });
});

describe('a second cancel', () => {
  test('is answered with a failure that has to be verified', async () => {
    const instantPay = await makeInstantPay();
    instantPay.addLink({ linkId: LINK_ID });
    const { client, events } = makeClient(instantPay.url);
    expect(await client.cancel(LINK_ID)).toMatchObject({ kind: 'done' });
    expect(await client.cancel(LINK_ID)).toMatchObject({ kind: 'verify' });
    expect(events.at(-1)).toMatchObject({ statuscode: 'ERR' });
    expect(await client.notify(LINK_ID)).toMatchObject({ kind: 'verify' });
    expect(instantPay.callsOf('cancel').map(({ executed }) => executed)).toEqual([true, false]);
  });
});

describe('nothing sent', () => {
  test.each(OPERATIONS)('%s is tried three times when the connection is refused', async (operation) => {
    const { client, slept, events } = makeClient(`http://127.0.0.1:${await deadPort()}`, {
      random: () => 0.5,
    });
    expect(await client[operation](LINK_ID)).toEqual({
      kind: 'not_sent',
      message: NOT_REACHED,
      ipayUuid: undefined,
      environment: undefined,
    });
    expect(slept).toEqual([125, 250]);
    expect(
      events.map((event) => event.type === 'attempt' && [event.attempt, event.reason, event.sent]),
    ).toEqual([
      [1, 'ECONNREFUSED', false],
      [2, 'ECONNREFUSED', false],
      [3, 'ECONNREFUSED', false],
    ]);
  });

  test('is tried again when the handshake fails, since the request waits for it', async () => {
    const received: string[] = [];
    const { port, sockets } = await serveSocket((socket) => {
      socket.on('data', (bytes) => {
        received.push(bytes.toString('latin1'));
        socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      });
    });
    const { client } = makeClient(`https://127.0.0.1:${port}`, { clientSecret: 'canary-secret' });
    expect(await client.cancel(LINK_ID)).toMatchObject({ kind: 'not_sent' });
    expect(sockets).toHaveLength(3);
    expect(received.join('')).not.toMatch(/canary-secret|cancel/);
  });

  test('is the word for a handshake that never ends, too', async () => {
    const { port } = await serveSocket((socket) => socket.resume());
    const { client, attempts } = makeClient(`https://127.0.0.1:${port}`, { timeoutMs: 100 });
    expect(await client.cancel(LINK_ID)).toMatchObject({
      kind: 'not_sent',
      message: NOT_REACHED_IN_TIME,
    });
    expect(new Set(attempts())).toEqual(new Set(['timeout']));
  });

  test('is the word for a name nobody knows', async () => {
    const { client } = makeClient('https://nowhere.invalid', { timeoutMs: 1000 });
    expect(await client.cancel(LINK_ID)).toMatchObject({ kind: 'not_sent' });
  });

  test('goes through when the other side comes back meanwhile', async () => {
    const port = await deadPort();
    let instantPay: Awaited<ReturnType<typeof makeInstantPay>> | undefined;
    const { client } = makeClient(`http://127.0.0.1:${port}`, {
      sleep: async () => {
        instantPay ??= await makeInstantPay({ seed: 0, port });
        instantPay.addLink({ linkId: LINK_ID });
      },
    });
    expect(await client.cancel(LINK_ID)).toMatchObject({ kind: 'done' });
    expect(instantPay?.callsOf('cancel')).toHaveLength(1);
  });
});

describe('a hook that throws', () => {
  test('does not turn a done cancel into anything else', async () => {
    const instantPay = await makeInstantPay();
    instantPay.addLink({ linkId: LINK_ID });
    const { client } = makeClient(instantPay.url, {
      onEvent: () => {
        throw new Error('the hook’s own trouble');
      },
    });
    expect(await client.cancel(LINK_ID)).toMatchObject({ kind: 'done' });
  });
});
