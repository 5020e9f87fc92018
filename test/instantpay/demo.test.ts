/** Owns the local InstantPay itself: what the tests and the tour rely on. */

import { describe, expect, test } from 'vitest';
import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import { DAY_MS, HOUR_MS } from '../../src/payouts/time.ts';
import { LINK_ID, makeClient, makeInstantPay } from './setup.ts';

const NOW = Date.parse('2026-11-20T10:00:00+05:30');

describe('the links it starts with', () => {
  test('are 240 in every state, all different, consistent in time, and the same each time', async () => {
    const [one, two] = [
      await makeInstantPay({ clock: () => NOW }),
      await makeInstantPay({ clock: () => NOW }),
    ];
    const links = one.links();
    expect(links).toEqual(two.links());
    expect(links).toHaveLength(240);
    expect(new Set(links.map(({ linkId }) => linkId)).size).toBe(240);
    expect(new Set(links.map(({ status }) => status)).size).toBe(5);
    for (const link of links) {
      expect(link.linkId).toMatch(/^[0-9a-f]{24}$/);
      expect(link.expiresAt).toBeGreaterThan(link.createdAt);
      expect(link.status === 'ISSUED' && link.expiresAt <= NOW).toBe(false);
      expect(link.status === 'EXPIRED' && link.expiresAt > NOW).toBe(false);
      expect(link.amountPaise).toBeGreaterThanOrEqual(100);
      expect(link.amountPaise).toBeLessThanOrEqual(50_000_000);
      const times = link.activity.map(({ at }) => at);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(Math.max(...times)).toBeLessThanOrEqual(NOW);
    }
    const ages = one.links('EXPIRED').map(({ expiresAt }) => NOW - expiresAt);
    expect(ages.some((age) => age < HOUR_MS)).toBe(true);
    expect(ages.some((age) => age > 3 * DAY_MS)).toBe(true);
  });

  test('have well-known ones whose people are found alone', async () => {
    const instantPay = await makeInstantPay({ clock: () => NOW });
    const { client } = makeClient(instantPay.url);
    for (const name of ['issued', 'processing', 'claimed', 'expired', 'cancelled'] as const) {
      expect((await client.track(WELL_KNOWN[name])).status).toBe(name.toUpperCase());
      for (const contact of Object.values(WELL_KNOWN_PEOPLE[name])) {
        const { links } = await client.page({ contact }, 1);
        expect(links.map(({ linkId }) => linkId)).toEqual([WELL_KNOWN[name]]);
      }
    }
  });

  test('expire as its clock goes on', async () => {
    let now = NOW;
    const instantPay = await makeInstantPay({ clock: () => now });
    now += HOUR_MS;
    const link = await makeClient(instantPay.url).client.track(WELL_KNOWN.issuedExpiring);
    expect(link).toMatchObject({ status: 'EXPIRED' });
    expect(link.activity.at(-1)?.at).toBe(NOW + 40 * 60_000);
  });
});

describe('who is let in', () => {
  test.each([
    [{ clientId: 'other' }, 'IAT'],
    [{ clientSecret: 'other' }, 'IAT'],
    [{ authCode: '2' }, 'IAC'],
  ])('not with %j', async (wrong, statuscode) => {
    const instantPay = await makeInstantPay();
    instantPay.addLink({ linkId: LINK_ID });
    const { client, events } = makeClient(instantPay.url, wrong);
    expect(await client.cancel(LINK_ID)).toMatchObject({ kind: 'refused' });
    expect(events).toEqual([expect.objectContaining({ statuscode })]);
    expect(instantPay.calls).toMatchObject([{ operation: 'cancel', linkId: LINK_ID, executed: false }]);
    await expect(client.track(LINK_ID)).rejects.toMatchObject({ statuscode });
    expect(instantPay.link(LINK_ID)?.status).toBe('ISSUED');
  });

  test('nor with another method', async () => {
    const instantPay = await makeInstantPay();
    const answer = await fetch(`${instantPay.url}/payments/payout/link/cancel`);
    expect(answer.status).toBe(404);
    expect(instantPay.calls).toEqual([]);
  });
});

describe('notify', () => {
  test('adds to the history, in the clear as the real one does', async () => {
    const instantPay = await makeInstantPay();
    const { person } = instantPay.addLink({ linkId: LINK_ID });
    expect(await makeClient(instantPay.url).client.notify(LINK_ID)).toMatchObject({
      message: 'Notification Link Sent To *******000 and ******@mail.example',
    });
    expect(instantPay.link(LINK_ID)?.activity.at(-1)?.status).toContain(person.mobile);
  });
});

describe('what a page that shows it needs', () => {
  test('a fault of one page alone, and one that is taken back alone', async () => {
    const instantPay = await makeInstantPay();
    const { client } = makeClient(instantPay.url);
    const secondWorks = instantPay.fault({
      operation: 'list',
      page: 2,
      effect: { kind: 'html500' },
      times: 0,
    });
    instantPay.fault({ operation: 'track', effect: { kind: 'html500' }, times: 0 });
    await client.page({}, 1);
    await expect(client.page({}, 2)).rejects.toMatchObject({ httpStatus: 500 });
    expect(instantPay.calls.map(({ ending }) => ending)).toEqual([
      undefined,
      ...instantPay.calls.slice(1).map(() => 'html500'),
    ]);
    secondWorks();
    await client.page({}, 2);
    await expect(client.track(WELL_KNOWN.issued)).rejects.toMatchObject({ httpStatus: 500 });
  });

  test('each call and each change of a link is announced, until nobody listens', async () => {
    const instantPay = await makeInstantPay();
    let heard = 0;
    const stop = instantPay.onChange(() => (heard += 1));
    instantPay.setStatus(instantPay.addLink().linkId, 'EXPIRED');
    instantPay.claim(instantPay.addLink().linkId);
    expect(heard).toBe(4);
    await makeClient(instantPay.url).client.page({}, 1);
    expect(heard).toBeGreaterThan(4);
    const before = heard;
    stop();
    instantPay.addLink();
    expect(heard).toBe(before);
  });
});

describe('faults', () => {
  test('hit the operation and the link they are for, as often as told', async () => {
    const instantPay = await makeInstantPay();
    const other = instantPay.addLink({ linkId: 'b'.repeat(24) }).linkId;
    instantPay.addLink({ linkId: LINK_ID });
    const effect = { kind: 'statuscode', statuscode: 'ERR' } as const;
    instantPay.fault({ effect, operation: 'track', linkId: LINK_ID, times: 2 });
    const { client } = makeClient(instantPay.url);
    const tracked = async (linkId: string) =>
      client.track(linkId).then(
        () => 'ok',
        () => 'failed',
      );
    expect(await tracked(other)).toBe('ok');
    expect([await tracked(LINK_ID), await tracked(LINK_ID), await tracked(LINK_ID)]).toEqual([
      'failed',
      'failed',
      'ok',
    ]);
  });

  test('change an answer without ending the call', async () => {
    const instantPay = await makeInstantPay();
    instantPay.addLink({ linkId: LINK_ID, amountPaise: 1050 });
    const { client } = makeClient(instantPay.url);
    instantPay.fault({ effect: { kind: 'amountAsText' } });
    instantPay.fault({ effect: { kind: 'environment', value: 'Sandbox' } });
    expect(await client.track(LINK_ID)).toMatchObject({ amountPaise: 1050, environment: 'sandbox' });
    instantPay.fault({ effect: { kind: 'data', value: '' } });
    expect((await client.page({}, 1)).recordsReceived).toBe(0);
    expect((await client.page({}, 1)).recordsReceived).toBe(1);
  });

  test('are gone when cleared', async () => {
    const instantPay = await makeInstantPay();
    instantPay.fault({ effect: { kind: 'reset' }, times: 0 });
    instantPay.clearFaults();
    await expect(makeClient(instantPay.url).client.page({}, 1)).resolves.toBeTruthy();
  });
});

describe('control over HTTP', () => {
  async function control(url: string, method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${url}/_control/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  }

  test('changes links, adds faults, tells calls without credentials, and resets', async () => {
    const instantPay = await makeInstantPay({ clientSecret: 'canary-secret' });
    const { url } = instantPay;
    const { client } = makeClient(url, { clientSecret: 'canary-secret' });
    const linkId = WELL_KNOWN.issued;

    expect(await control(url, 'POST', `links/${linkId}`, { status: 'CLAIMED' })).toMatchObject({
      status: 200,
      body: { linkId, status: 'CLAIMED' },
    });
    expect(await client.track(linkId)).toMatchObject({ status: 'CLAIMED' });
    expect(await control(url, 'GET', `links/${linkId}`)).toMatchObject({ body: { status: 'CLAIMED' } });

    await control(url, 'POST', 'faults', { effect: { kind: 'html500' }, operation: 'cancel' });
    expect(await client.cancel(linkId)).toMatchObject({ kind: 'unknown' });
    await control(url, 'POST', 'faults', { effect: { kind: 'html500' }, times: 0 });
    await control(url, 'DELETE', 'faults');

    await control(url, 'POST', 'settings', {
      environment: 'Sandbox',
      leakFilter: true,
      maxRecordsPerPage: 7,
    });
    expect(await client.page({}, 1)).toMatchObject({ environment: 'sandbox', recordsReceived: 7 });

    const calls = await control(url, 'GET', 'calls');
    expect(calls).toMatchObject({
      body: [{ operation: 'track' }, { operation: 'cancel', executed: false }, { operation: 'list' }],
    });
    expect(JSON.stringify(calls)).not.toContain('canary');
    await control(url, 'DELETE', 'calls');
    expect(instantPay.calls).toEqual([]);

    expect(await control(url, 'POST', 'links', { linkId: LINK_ID, amountPaise: 5 })).toMatchObject({
      status: 200,
    });
    expect(instantPay.link(LINK_ID)?.amountPaise).toBe(5);
    expect(await control(url, 'GET', 'transactions')).toMatchObject({ body: expect.any(Array) });

    await control(url, 'POST', 'reset');
    expect(await control(url, 'GET', 'links')).toMatchObject({ body: { length: 240 } });
    expect(await client.track(linkId)).toMatchObject({ status: 'ISSUED', environment: 'live' });
  });

  test('says what it does not understand', async () => {
    const { url } = await makeInstantPay();
    expect(await control(url, 'GET', 'nothing')).toMatchObject({ status: 404 });
    expect(await control(url, 'GET', `links/${LINK_ID}`)).toMatchObject({ status: 404 });
    expect(await control(url, 'POST', 'faults', { effect: 'boom' })).toMatchObject({ status: 400 });
    expect(await control(url, 'POST', `links/${LINK_ID}`, { status: 'CLAIMED' })).toMatchObject({
      status: 400,
    });
  });
});
