/** Owns when a stuck link is told of: once, again at three times that, and again from the start once it is claimed again. */

import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../../src/errors.ts';
import type { ToldAt } from '../../../src/payouts/links/escalation-port.ts';
import {
  findEscalations,
  stageDue,
  TOLD_AT_ONCE,
  TRACKED_A_ROUND,
} from '../../../src/payouts/links/escalation.ts';
import type { PayoutLink } from '../../../src/payouts/links/link.ts';
import { DAY_MS, HOUR_MS } from '../../../src/payouts/time.ts';
import { makeDeps, NOON, page, record, tracked } from '../setup.ts';

const ago = (hours: number): number => NOON - hours * HOUR_MS;
const idOf = (index: number): string => index.toString(16).padStart(24, '0');
const processing = (index: number, changes: Partial<PayoutLink> = {}): PayoutLink =>
  record({ linkId: idOf(index), status: 'PROCESSING', amountPaise: 100, createdAt: ago(200), ...changes });

const claimed = (hours: number) =>
  tracked({
    status: 'PROCESSING',
    activity: [
      {
        text: 'words',
        at: ago(hours),
        orderId: '1261120063012ABCDE',
        accountType: undefined,
        accountNumber: undefined,
        accountIfsc: undefined,
      },
    ],
  });

describe('the stage that is due', () => {
  const due = (
    hours: number,
    told: Partial<ToldAt>,
    escalateTo: string[],
    from: 'claim' | 'seen' = 'claim',
  ) =>
    stageDue(
      { link: processing(1), age: { since: ago(hours), from } },
      { first: undefined, again: undefined, ...told },
      { stuckAfterMs: DAY_MS, escalateTo },
      NOON,
    );

  test.each([
    // claimed hours ago, told first, told again (hours ago), ESCALATE_TO, due
    [23.9, undefined, undefined, ['S0FIN'], undefined],
    [24, undefined, undefined, [], 'first'],
    [30, 6, undefined, ['S0FIN'], undefined],
    [71.9, 47, undefined, ['S0FIN'], undefined],
    [72, 48, undefined, ['S0FIN'], 'again'],
    [72, 48, undefined, [], undefined],
    [100, undefined, undefined, ['S0FIN'], 'again'],
    [100, undefined, undefined, [], 'first'],
    [200, 176, 128, ['S0FIN'], undefined],
    [200, undefined, 128, ['S0FIN'], undefined],
    // What was told before the claim was of an earlier one.
    [24, 25, undefined, ['S0FIN'], 'first'],
    [30, 100, 50, ['S0FIN'], 'first'],
    [72, 100, 80, ['S0FIN'], 'again'],
    [24, 24, undefined, [], undefined],
  ] as const)('claimed %s h ago, told %s and %s h ago, to %j: %s', (hours, first, again, to, expected) => {
    const told = { first: first && ago(first), again: again && ago(again) };
    expect(due(hours, told, [...to])).toBe(expected);
  });

  test('a first sighting counts as a claim does; a creation alone does not', () => {
    expect(due(24, {}, [], 'seen')).toBe('first');
    const aged = { link: processing(1), age: { since: ago(100), from: 'created' } } as const;
    expect(stageDue(aged, undefined, { stuckAfterMs: DAY_MS, escalateTo: [] }, NOON)).toBeUndefined();
  });
});

describe('one round', () => {
  const EVERYWHERE = { channelId: 'C1', isAbout: () => true };
  const nothingTold = { told: async () => new Map<string, ToldAt>() };
  const walk = (...links: PayoutLink[]) => ({
    pages: [page(links)],
    end: { complete: true, reason: undefined, pagesRead: 1, recordsRead: links.length },
  });
  const linksOf = ({ escalations }: Awaited<ReturnType<typeof findEscalations>>) =>
    escalations.map(({ links }) => links.map(({ link }) => Number.parseInt(link.linkId, 16)));

  test('whatever is told is tracked right before; a link that left PROCESSING is not told of', async () => {
    const deps = makeDeps({
      script: {
        links: walk(processing(1), processing(2), processing(3)),
        track: (linkId) =>
          linkId === idOf(2) ? tracked({ status: 'CLAIMED' }) : claimed(linkId === idOf(3) ? 5 : 40),
      },
    });
    for (const index of [1, 2, 3]) await deps.store.processing.claimedAt(idOf(index), ago(30 + index));
    const round = await findEscalations(deps, nothingTold, [EVERYWHERE], new Map());
    expect(deps.gateway.calls.track.toSorted()).toEqual([1, 2, 3].map(idOf));
    // The third was claimed again.
    expect(linksOf(round)).toEqual([[1]]);
    expect(round.escalations[0]?.links[0]).toMatchObject({ stage: 'first', age: { since: ago(40) } });
  });

  test('nothing due: nothing is tracked that is known', async () => {
    const deps = makeDeps({ script: { links: () => walk(processing(1), processing(2)) } });
    await deps.store.processing.claimedAt(idOf(1), ago(3));
    await deps.store.processing.claimedAt(idOf(2), ago(40));
    const told = { told: async () => new Map([[idOf(2), { first: ago(16), again: undefined }]]) };
    const tried = new Map([[idOf(2), ago(11)]]);
    const round = await findEscalations(deps, told, [EVERYWHERE], tried);
    expect(round.escalations).toEqual([]);
    expect(deps.gateway.calls.track).toEqual([]);
    // Between two rounds it may have failed and been claimed again.
    deps.time.now += HOUR_MS;
    deps.gateway.script.track = claimed(2);
    await findEscalations(deps, told, [EVERYWHERE], tried);
    expect(deps.gateway.calls.track).toEqual([idOf(2)]);
    expect(await deps.store.processing.find([idOf(2)])).toEqual(
      new Map([[idOf(2), { since: ago(2), from: 'claim' }]]),
    );
  });

  test('a link that a complete list does not have is forgotten; an incomplete one forgets none', async () => {
    const cut = { complete: false, reason: 'Page 2 failed.', pagesRead: 1, recordsRead: 1 };
    const deps = makeDeps({
      script: { links: [{ ...walk(processing(1)), end: cut }, walk(processing(1))], track: claimed(2) },
    });
    for (const index of [1, 2]) await deps.store.processing.claimedAt(idOf(index), ago(40));
    await findEscalations(deps, nothingTold, [EVERYWHERE], new Map());
    expect(await deps.store.processing.known(9)).toEqual([idOf(1), idOf(2)]);
    await findEscalations(deps, nothingTold, [EVERYWHERE], new Map());
    expect(await deps.store.processing.known(9)).toEqual([idOf(1)]);
  });

  test('when InstantPay does not tell, the first sighting counts, and the claim that is known', async () => {
    const deps = makeDeps({
      script: {
        links: walk(processing(1), processing(2), processing(3)),
        track: new Unavailable('InstantPay is away.'),
      },
    });
    await deps.store.processing.seen([{ linkId: idOf(1), status: 'PROCESSING' }], ago(25));
    await deps.store.processing.claimedAt(idOf(2), ago(30));
    expect(linksOf(await findEscalations(deps, nothingTold, [EVERYWHERE], new Map()))).toEqual([[2, 1]]);
  });

  test('a walk that ends early tells what is known, and says so', async () => {
    const incomplete = {
      ...walk(processing(1)),
      end: { complete: false, reason: 'Page 2 failed.', pagesRead: 1, recordsRead: 1 },
    };
    const deps = makeDeps({ script: { links: incomplete, track: claimed(30) } });
    const round = await findEscalations(deps, nothingTold, [EVERYWHERE], new Map());
    expect(linksOf(round)).toEqual([[1]]);
    expect(round.incomplete).toBe('Page 2 failed.');
  });

  test('links that are looked up in vain are not in the way of others', async () => {
    const links = Array.from({ length: TRACKED_A_ROUND + 20 }, (_none, index) => processing(index + 1));
    const deps = makeDeps({
      script: {
        links: () => walk(...links),
        track: (linkId) => {
          if (Number.parseInt(linkId, 16) <= TRACKED_A_ROUND) throw new Unavailable('not this one');
          return claimed(30);
        },
      },
    });
    const tried = new Map([['gone', 1]]);
    expect(linksOf(await findEscalations(deps, nothingTold, [EVERYWHERE], tried))).toEqual([]);
    expect(tried.has('gone')).toBe(false);
    deps.time.now += 1;
    expect(linksOf(await findEscalations(deps, nothingTold, [EVERYWHERE], tried))[0]).toHaveLength(20);
  });

  test('more than fit one message: the longest now, the others in the next round', async () => {
    const links = Array.from({ length: 2 * TOLD_AT_ONCE }, (_none, index) => processing(index + 1));
    const deps = makeDeps({ script: { links: walk(...links), track: new Unavailable('away') } });
    for (const [index, { linkId }] of links.entries()) {
      await deps.store.processing.claimedAt(linkId, ago(30 + index));
    }
    const [told = []] = linksOf(await findEscalations(deps, nothingTold, [EVERYWHERE], new Map()));
    expect(deps.gateway.calls.track).toHaveLength(2 * TRACKED_A_ROUND);
    expect(told).toHaveLength(TOLD_AT_ONCE);
    expect(told[0]).toBe(2 * TOLD_AT_ONCE);
    expect(Math.min(...told)).toBe(TOLD_AT_ONCE + 1);
  });

  test('each place is told of its own links', async () => {
    const deps = makeDeps({
      script: { links: walk(processing(1), processing(2, { purpose: 'Salary' })), track: claimed(30) },
    });
    const salaries = { channelId: 'C2', isAbout: ({ purpose }: PayoutLink) => purpose === 'Salary' };
    const { escalations } = await findEscalations(deps, nothingTold, [EVERYWHERE, salaries], new Map());
    expect(escalations.map(({ channelId, links: due }) => [channelId, due.length])).toEqual([
      ['C1', 2],
      ['C2', 1],
    ]);
  });
});
