/** Owns the modes of the local InstantPay that the published pages show or allow, over real HTTP. */

import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import type { WalkEnd } from '../../src/payouts/links/page.ts';
import { MINUTE_MS } from '../../src/payouts/time.ts';
import { LISTED, TRACKED } from './published.ts';
import { LINK_ID, makeClient, makeInstantPay } from './setup.ts';

async function read(url: string): Promise<{ end: WalkEnd; ids: Set<string> }> {
  const ids = new Set<string>();
  const walking = makeClient(url).client.links({});
  for (;;) {
    const step = await walking.next();
    if (step.done) return { end: step.value, ids };
    for (const { linkId } of step.value.links) ids.add(linkId);
  }
}

describe('the published samples', () => {
  test('are served byte for byte', async () => {
    const instantPay = await makeInstantPay();
    instantPay.controls.published = true;
    for (const [operation, path, sample] of [
      ['list', 'list', LISTED],
      ['track', `track/${LINK_ID}`, TRACKED],
    ] as const) {
      const answer = await fetch(`${instantPay.url}/payments/payout/link/${path}`);
      const file = new URL(`../../fakes/instantpay/published/link-${operation}.txt`, import.meta.url);
      const bytes = await readFile(file);
      expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
      // The samples as TypeScript, which other tests take apart, say the same.
      const written = JSON.stringify(JSON.parse(bytes.toString('utf8'))).replaceAll('\u00a0', ' ');
      expect(written).toBe(JSON.stringify(sample).replaceAll('\u00a0', ' '));
    }
  });

  test('of the list: two links of twelve are shown as that, with Older, and never as the whole', async () => {
    const instantPay = await makeInstantPay();
    instantPay.controls.published = true;
    const page = await makeClient(instantPay.url).client.page({}, 1);
    expect(page).toMatchObject({ recordFrom: 1, recordTo: 2, totalRecords: 12, totalPages: 6 });
    const { end, ids } = await read(instantPay.url);
    expect(end).toMatchObject({ complete: false, reason: 'InstantPay reports 12 links, 2 were read.' });
    expect(ids.size).toBe(2);
  });
});

describe('the list', () => {
  test.each([
    ['smaller pages', { maxRecordsPerPage: 7 }],
    ['a limit on the page size', { refusesPagesOver: 30 }],
    ['repeats past the end', { pastEnd: 'repeats' }],
    ['errors past the end', { pastEnd: 'fails' }],
  ] as const)('with %s is read whole', async (_what, modes) => {
    const instantPay = await makeInstantPay({});
    Object.assign(instantPay.controls, modes);
    const { end, ids } = await read(instantPay.url);
    expect(end).toMatchObject({ complete: true, recordsRead: 240 });
    expect(ids).toEqual(new Set(instantPay.links().map(({ linkId }) => linkId)));
  });

  test('that a link leaves meanwhile is walked again, and nothing that stayed is missing', async () => {
    const instantPay = await makeInstantPay({});
    Object.assign(instantPay.controls, { maxRecordsPerPage: 20, leavingLinks: 1 });
    const { end, ids } = await read(instantPay.url);
    expect(end.complete).toBe(true);
    for (const { linkId } of instantPay.links()) expect(ids).toContain(linkId);
    expect(instantPay.callsOf('list').length).toBeGreaterThan(12);
  });

  test('that never stands still is incomplete in the end', async () => {
    const instantPay = await makeInstantPay({});
    Object.assign(instantPay.controls, { maxRecordsPerPage: 5, leavingLinks: 1_000 });
    const { end } = await read(instantPay.url);
    expect(end).toMatchObject({
      complete: false,
      reason: expect.stringMatching(/^InstantPay reports 240 links/),
    });
  });
});

describe('dates (R20)', () => {
  test('tell the creation by the link id, not by the activation', async () => {
    const instantPay = await makeInstantPay({});
    const { client } = makeClient(instantPay.url);
    const { links } = await client.page({}, 1, 100);
    for (const link of links.filter(({ linkId }) => !linkId.startsWith('6570a0'))) {
      const made = instantPay.link(link.linkId)?.createdAt ?? 0;
      expect(link.createdAt).toBe(Math.floor(made / 1_000) * 1_000);
      expect(link.activatedAt).not.toBe(link.createdAt);
    }
  });

  test('do not believe an id whose seconds lie outside the life of its link', async () => {
    const instantPay = await makeInstantPay({});
    const { client } = makeClient(instantPay.url);
    const { links } = await client.page({ linkId: WELL_KNOWN.issued }, 1);
    expect(links).toMatchObject([{ linkId: WELL_KNOWN.issued, createdAt: undefined }]);
  });
});

describe('nothing (R21)', () => {
  test('is what "NA" means, in every field', async () => {
    const instantPay = await makeInstantPay();
    const person = { name: 'N/A', email: 'NA', mobile: '0000000000' };
    instantPay.addLink({ linkId: LINK_ID, person, purpose: '-', description: 'null', orderId: 'nil' });
    const { client } = makeClient(instantPay.url);
    expect((await client.page({}, 1)).links).toMatchObject([
      {
        contact: { name: undefined, email: undefined, mobile: undefined },
        purpose: undefined,
        description: undefined,
        referenceNo: undefined,
        orderId: undefined,
      },
    ]);
    expect((await client.reveal(LINK_ID)).open()).toMatchObject({ name: undefined, mobile: undefined });
  });
});

describe('reveal', () => {
  test('has the address and the QR code of the link, which stand nowhere else', async () => {
    const instantPay = await makeInstantPay({});
    const { client } = makeClient(instantPay.url);
    const code = instantPay.link(WELL_KNOWN.issued)?.code;
    expect((await client.reveal(WELL_KNOWN.issued)).open()).toMatchObject({
      name: WELL_KNOWN_PEOPLE.issued.name,
      url: `https://instant.pe/${code}`,
      qrUrl: expect.stringContaining(`/qr/${code}`),
    });
    expect(JSON.stringify(await client.page({ linkId: WELL_KNOWN.issued }, 1))).not.toContain(code);
  });
});

describe('the clock (R24)', () => {
  test.each([0, 90_000, 5 * MINUTE_MS, -5 * MINUTE_MS])('%i ms ahead is told', async (clockAheadMs) => {
    const now = Date.parse('2026-11-20T12:00:00+05:30');
    const instantPay = await makeInstantPay({ clock: () => now });
    instantPay.controls.clockAheadMs = clockAheadMs;
    const { client, events } = makeClient(instantPay.url, { now: () => now });
    await client.page({}, 1);
    const [skewMs] = events.flatMap((event) => (event.type === 'attempt' ? (event.skewMs ?? []) : []));
    // The answer tells whole seconds.
    expect(Math.abs((skewMs ?? NaN) - clockAheadMs)).toBeLessThan(1_000);
  });
});

describe('fields without end', () => {
  test('cost no more than short ones and show nothing of what they hide', async () => {
    const instantPay = await makeInstantPay();
    // Marks of two classes in turn: sorting so many of them would take minutes.
    const marks = '\u0300\u0316'.repeat(250_000);
    const person = { name: `Asha ${marks}`, email: `asha${marks}@mail.example`, mobile: '9'.repeat(200_000) };
    const long = `call 98200 11108 ${marks}`;
    instantPay.addLink({ linkId: LINK_ID, person, purpose: long, description: long, orderId: long });
    const { client } = makeClient(instantPay.url, { timeoutMs: 20_000 });
    const page = await client.page({ contact: 'Asha' }, 1);
    const { activity, activityLeftOut } = await client.track(LINK_ID);
    expect(page).toMatchObject({ mismatched: 0, unreadable: 0, recordsReceived: 1 });
    expect(page.links).toHaveLength(1);
    expect(JSON.stringify(page).length).toBeLessThan(4_000);
    expect(JSON.stringify(page)).not.toMatch(/98200 1|99999/);
    expect(activity.length + activityLeftOut).toBe(1);
  });

  test('bounds a history, and says how much of it was left out', async () => {
    const instantPay = await makeInstantPay();
    const {
      activity: [created],
    } = instantPay.addLink({ linkId: LINK_ID });
    const at = created?.at ?? 0;
    for (let index = 0; index < 1_000; index += 1) {
      instantPay.link(LINK_ID)?.activity.push({ status: `entry ${index}`, at: at + index });
    }
    const tracked = await makeClient(instantPay.url).client.track(LINK_ID);
    expect(tracked.activity).toHaveLength(200);
    expect(tracked.activityLeftOut).toBe(801);
    expect(tracked.activity[0]?.text).toBe('Payout link created');
    expect(tracked.activity.at(-1)?.text).toBe('entry 999');
  });
});
