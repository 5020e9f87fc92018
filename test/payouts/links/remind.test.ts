/** Owns reminders: for ISSUED links alone, one per cooldown, and the outcome is told and audited. */

import { describe, expect, test } from 'vitest';
import { Conflict, Forbidden, OutcomeUnknown, Refused, Unavailable } from '../../../src/errors.ts';
import { NOT_SENT as REMINDER_NOT_SENT, remind, tooSoon } from '../../../src/payouts/links/remind.ts';
import type { WriteAnswer } from '../../../src/payouts/gateway.ts';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import {
  auditOf,
  EVERY_STATUS,
  LINK,
  MAKER,
  makeDeps,
  NOON,
  REVOKED,
  SECOND,
  STRANGER,
  tracked,
  write,
} from '../setup.ts';

const SENT = write('done', 'Sent to ******3210.');

describe('remind', () => {
  test('reminds the recipient of an ISSUED link', async () => {
    const deps = makeDeps({ script: { notify: SENT } });
    expect(await remind(deps, MAKER, LINK)).toEqual({
      linkId: LINK,
      message: 'Sent to ******3210.',
      cooldownUntil: NOON + HOUR_MS,
      ipayUuid: 'uuid-done',
      environment: 'live',
    });
    expect(deps.gateway.calls).toMatchObject({ track: [LINK], notify: [LINK] });
    expect(auditOf(deps)).toEqual([
      {
        sequence: 1,
        at: NOON,
        actorId: MAKER.userId,
        action: 'reminder.started',
        linkId: LINK,
        amountPaise: 12_345_678,
        statusBefore: 'ISSUED',
      },
      {
        sequence: 2,
        at: NOON,
        actorId: MAKER.userId,
        action: 'reminder.sent',
        linkId: LINK,
        amountPaise: 12_345_678,
        detail: 'Sent to ******3210.',
        ipayUuid: 'uuid-done',
        statusBefore: 'ISSUED',
      },
    ]);
  });

  test('where the answer names no environment, that of the link is shown', async () => {
    const deps = makeDeps({
      script: { notify: { ...SENT, environment: undefined }, track: tracked({ environment: 'sandbox' }) },
    });
    expect((await remind(deps, MAKER, LINK)).environment).toBe('sandbox');
  });

  test('the store becomes unavailable during the call: the asker is told what became of it, and that it was made is recorded', async () => {
    const deps = makeDeps({
      script: { notify: SENT },
      at({ operation, when }) {
        if (operation === 'audit.append' && when === 'before' && deps.gateway.calls.notify.length > 0) {
          throw new Unavailable('the store is away');
        }
      },
    });
    expect(await remind(deps, MAKER, LINK)).toMatchObject({ message: 'Sent to ******3210.' });
    expect(auditOf(deps)).toMatchObject([{ action: 'reminder.started' }]);
  });

  test('the store becomes unavailable before the call: nothing is sent, and the cooldown is given back', async () => {
    const deps = makeDeps({
      script: { notify: SENT },
      at({ operation, when }) {
        if (operation === 'audit.append' && when === 'before') throw new Unavailable('the store is away');
      },
    });
    await expect(remind(deps, MAKER, LINK)).rejects.toThrow(Unavailable);
    expect(deps.gateway.calls.notify).toEqual([]);
    expect((await deps.store.cooldowns.claim(`reminder:${LINK}`, NOON, 1)).claimed).toBe(true);
  });

  test('once a cooldown, whoever asks; to the millisecond', async () => {
    const deps = makeDeps({ script: { notify: SENT } });
    await remind(deps, MAKER, LINK);
    deps.time.now = NOON + HOUR_MS - 1;
    const early = remind(deps, SECOND, LINK);
    await expect(early).rejects.toThrow(Conflict);
    await expect(early).rejects.toThrow(tooSoon(HOUR_MS, NOON + HOUR_MS, deps.time.now));
    expect(deps.gateway.calls.notify).toHaveLength(1);
    deps.time.now = NOON + HOUR_MS;
    await remind(deps, SECOND, LINK);
    expect(deps.gateway.calls.notify).toHaveLength(2);
  });

  test('each link has its own cooldown', async () => {
    const deps = makeDeps({ script: { notify: SENT } });
    await remind(deps, MAKER, LINK);
    await remind(deps, MAKER, LINK.replace('6', '7'));
    expect(deps.gateway.calls.notify).toHaveLength(2);
  });

  test('of many who ask at once, one reminder goes out', async () => {
    const deps = makeDeps({ script: { notify: SENT } });
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => remind(deps, MAKER, LINK)));
    expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(deps.gateway.calls.notify).toHaveLength(1);
  });

  test('the cooldown is taken before the call', async () => {
    let during: unknown;
    const deps = makeDeps({
      script: {
        notify: async () => {
          during = await deps.store.cooldowns.claim(`reminder:${LINK}`, NOON, 1);
          return SENT;
        },
      },
    });
    await remind(deps, MAKER, LINK);
    expect(during).toEqual({ claimed: false, untilAt: NOON + HOUR_MS });
  });

  test.each<[WriteAnswer['kind'], typeof Refused | typeof OutcomeUnknown, string, string]>([
    ['refused', Refused, 'not_sent', 'Reminder not sent. words'],
    ['not_sent', Refused, 'not_sent', 'Reminder not sent. words'],
    [
      'unknown',
      OutcomeUnknown,
      'outcome_unknown',
      'Reminder not confirmed. It may have been sent. words Next possible: today 13:00 IST.',
    ],
    ['verify', OutcomeUnknown, 'outcome_unknown', 'Reminder not confirmed. It may have been sent. words'],
  ])('answered %s', async (kind, failure, outcome, words) => {
    const deps = makeDeps({ script: { notify: write(kind, 'words') } });
    const refused = remind(deps, MAKER, LINK);
    await expect(refused).rejects.toThrow(failure);
    await expect(refused).rejects.toThrow(words);
    await expect(refused).rejects.toMatchObject({ ipayUuid: `uuid-${kind}` });
    expect(auditOf(deps)).toMatchObject([
      { action: 'reminder.started' },
      { action: `reminder.${outcome}`, detail: 'words' },
    ]);
    // Given back only when it is certain that nothing was sent.
    const again = await deps.store.cooldowns.claim(`reminder:${LINK}`, NOON, 1);
    expect(again.claimed).toBe(outcome === 'not_sent');
  });

  test.each(EVERY_STATUS.filter((status) => status !== 'ISSUED'))(
    'not for a link that is %s',
    async (status) => {
      const link = status === 'UNKNOWN' ? REVOKED : tracked({ status });
      const deps = makeDeps({ script: { track: link } });
      const refused = remind(deps, MAKER, LINK);
      await expect(refused).rejects.toThrow(Refused);
      await expect(refused).rejects.toMatchObject({
        message: expect.stringContaining(`${REMINDER_NOT_SENT} `),
        ipayUuid: 'uuid-track',
      });
      expect(deps.gateway.calls.notify).toEqual([]);
      expect((await deps.store.cooldowns.claim(`reminder:${LINK}`, NOON, 1)).claimed).toBe(true);
    },
  );

  test('not when another environment answers', async () => {
    const deps = makeDeps({ settings: { environment: 'sandbox' } });
    await expect(remind(deps, MAKER, LINK)).rejects.toMatchObject({
      kind: 'refused',
      ipayUuid: 'uuid-track',
    });
    await expect(remind(deps, MAKER, LINK)).rejects.toThrow('responded from LIVE');
    expect(deps.gateway.calls.notify).toEqual([]);
  });

  test('not when the link cannot be tracked', async () => {
    const deps = makeDeps({ script: { track: new Unavailable('away') } });
    await expect(remind(deps, MAKER, LINK)).rejects.toThrow('away');
    expect(deps.gateway.calls.notify).toEqual([]);
  });

  test('not for people who may only look', async () => {
    const deps = makeDeps();
    await expect(remind(deps, STRANGER, LINK)).rejects.toThrow(Forbidden);
    expect(deps.gateway.calls.track).toEqual([]);
    expect(auditOf(deps)).toMatchObject([
      { action: 'access.refused', subject: 'reminder.send', linkId: LINK, outcome: 'not_operator' },
    ]);
  });
});
