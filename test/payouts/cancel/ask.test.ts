/** Owns requesting a cancellation: who may, which links, and what is stored with the request. */

import { describe, expect, test } from 'vitest';
import { Forbidden, Refused, Unavailable, UsageError } from '../../../src/errors.ts';
import { showRequest, waitingRequests } from '../../../src/payouts/cancel/decide.ts';
import { requestCancel } from '../../../src/payouts/cancel/ask.ts';
import { freshCopy } from '../../../src/payouts/cancel/messages.ts';
import { REASON_LENGTH } from '../../../src/payouts/cancel/reason.ts';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import { environmentProblem } from '../../../src/payouts/links/environment.ts';
import { describeStatus } from '../../../src/payouts/links/link.ts';
import {
  alone,
  request,
  auditOf,
  CHECKER,
  EVERY_STATUS,
  keep,
  LINK,
  MAKER,
  makeDeps,
  NOON,
  page,
  record,
  REVOKED,
  SECOND,
  STRANGER,
  tracked,
} from '../setup.ts';
import { AMOUNT_UNREADABLE, NOT_FOUND, onlyIssued } from '../../../src/payouts/cancel/words.ts';

const REQUEST = { linkIds: [LINK], reason: 'Paid twice', requestedIn: 'C_FINANCE' };

describe('requestCancel', () => {
  test('an operator’s request for an ISSUED link waits for approval', async () => {
    const deps = makeDeps();
    const requested = await requestCancel(deps, MAKER, REQUEST);
    const expected = request({ id: 'id-1', version: 1, ipayUuid: 'uuid-track' });
    expect(requested).toStrictEqual({ kind: 'opened', batch: alone(expected) });
    expect(deps.store.contents().requests).toEqual([expected]);
    expect(auditOf(deps)).toEqual([
      {
        sequence: 1,
        at: NOON,
        actorId: MAKER.userId,
        action: 'cancel.requested',
        linkId: LINK,
        cancelRequestId: 'id-1',
        amountPaise: 12_345_678,
        reason: 'Paid twice',
        ipayUuid: 'uuid-track',
        statusBefore: 'ISSUED',
      },
    ]);
    expect(deps.gateway.calls).toMatchObject({ track: [LINK], cancel: [], notify: [] });
  });

  test('is refused when the amount cannot be read: there would be nothing to compare before the call (R8)', async () => {
    const deps = makeDeps({ script: { track: tracked({ amountPaise: undefined }) } });
    await expect(requestCancel(deps, MAKER, REQUEST)).rejects.toThrow(AMOUNT_UNREADABLE);
    expect(deps.store.contents().requests).toEqual([]);
  });

  test('with it goes the one message that is needed yet: its card', async () => {
    const deps = makeDeps();
    await requestCancel(deps, MAKER, { ...REQUEST, requestedIn: 'D_DIRECT' });
    expect(deps.store.contents().cards).toEqual([
      freshCopy('id-1 request C_APPROVALS', 'id-1', 'request', 'C_APPROVALS'),
    ]);
    expect(freshCopy('c', 'a', 'outcome', 'D')).toEqual({
      id: 'c',
      cancelRequestId: 'a',
      purpose: 'outcome',
      channelId: 'D',
      ts: undefined,
      shownVersion: 0,
      attempts: 0,
      nextAttemptAt: 0,
      problem: undefined,
    });
  });

  test('who and what it is for comes from the list, and may be missing', async () => {
    for (const nothing of [page([]), new Unavailable('away')]) {
      const deps = makeDeps({ script: { page: nothing } });
      const {
        batch: {
          requests: [opened],
        },
      } = await requestCancel(deps, MAKER, REQUEST);
      expect(opened).toMatchObject({
        contact: { name: undefined, email: undefined, mobile: undefined },
        purpose: undefined,
        linkExpiresAt: undefined,
      });
    }
  });

  test('with it goes what approvers decide by, other open links of the recipient included', async () => {
    const facts = { description: 'Sale', referenceNo: 'RF-1', orderId: 'O-1', paymentModes: ['UPI'] };
    const twin = record({ linkId: 'b'.repeat(24) });
    const deps = makeDeps({
      script: { page: page([record(facts)]), sameRecipient: { links: [record(), twin], problem: undefined } },
    });
    const {
      batch: {
        requests: [opened],
      },
    } = await requestCancel(deps, MAKER, REQUEST);
    expect(opened.facts).toEqual({
      ...facts,
      createdAt: NOON - HOUR_MS,
      others: [{ linkId: twin.linkId, status: 'ISSUED', amountPaise: 12_345_678, expiresAt: twin.expiresAt }],
      othersLeftOut: 0,
      othersIncomplete: undefined,
    });
  });

  test('a search for other links that fails is said on the request, which is opened all the same', async () => {
    const deps = makeDeps({ script: { sameRecipient: { links: [], problem: 'InstantPay was away.' } } });
    const {
      kind,
      batch: {
        requests: [opened],
      },
    } = await requestCancel(deps, MAKER, REQUEST);
    expect(kind).toBe('opened');
    expect(opened.facts).toMatchObject({ others: [], othersIncomplete: 'InstantPay was away.' });
  });

  test.each([
    [undefined, 12_345_678, 1],
    [12_345_678, 12_345_678, 1],
    [12_345_678, 12_345_679, 2],
    [0, 0, 1],
    [0, 1, 2],
  ])(
    'above %s paise, %s paise need %s approvals',
    async (approvalsRequiredAbovePaise, amountPaise, needed) => {
      const deps = makeDeps({
        script: { track: tracked({ amountPaise }) },
        settings: { approvalsRequiredAbovePaise },
      });
      const {
        batch: {
          requests: [opened],
        },
      } = await requestCancel(deps, MAKER, REQUEST);
      expect(opened).toMatchObject({ approvalsRequired: needed, amountPaise });
    },
  );

  test('the reminder is due at half of an odd time to lapse', async () => {
    const deps = makeDeps({ settings: { approvalTtlMs: HOUR_MS + 1 } });
    const {
      batch: {
        requests: [opened],
      },
    } = await requestCancel(deps, MAKER, REQUEST);
    expect(opened).toMatchObject({
      expiresAt: NOON + HOUR_MS + 1,
      nudgeAt: NOON + HOUR_MS / 2,
      wakeAt: NOON + HOUR_MS / 2,
    });
  });

  test('a request that stands is pointed to, whatever it waits for', async () => {
    for (const status of ['pending', 'approved', 'executing', 'unknown'] as const) {
      const deps = makeDeps();
      const standing = await keep(deps, request({ status }));
      expect(await requestCancel(deps, CHECKER, REQUEST)).toEqual({
        kind: 'already_open',
        batch: alone(standing),
        taken: [standing],
      });
      expect(auditOf(deps)).toEqual([]);
    }
  });

  test('of many who ask at once, one opens a request and all others are pointed to it', async () => {
    const deps = makeDeps();
    const answers = await Promise.all(Array.from({ length: 20 }, () => requestCancel(deps, MAKER, REQUEST)));
    expect(answers.filter((answer) => answer.kind === 'opened')).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.batch.id)).size).toBe(1);
    expect(deps.store.contents()).toMatchObject({ requests: [{ status: 'pending' }], audit: [{}] });
  });

  test('whoever is no operator is refused before anything is asked', async () => {
    const deps = makeDeps();
    await expect(requestCancel(deps, STRANGER, REQUEST)).rejects.toThrow(Forbidden);
    expect(deps.gateway.calls.track).toEqual([]);
    expect(auditOf(deps)).toMatchObject([
      { action: 'access.refused', subject: 'cancel.request', linkId: LINK, actorId: STRANGER.userId },
    ]);
  });

  test.each(EVERY_STATUS.filter((status) => status !== 'ISSUED'))(
    'a link that is %s is refused',
    async (status) => {
      const link = status === 'UNKNOWN' ? REVOKED : tracked({ status });
      const deps = makeDeps({ script: { track: link } });
      const refusal = requestCancel(deps, MAKER, REQUEST);
      await expect(refusal).rejects.toThrow(Refused);
      await expect(refusal).rejects.toMatchObject({
        ipayUuid: 'uuid-track',
        message: onlyIssued(describeStatus(link)),
      });
      expect(deps.store.contents().requests).toEqual([]);
    },
  );

  test('an answer from another environment is refused', async () => {
    const deps = makeDeps({ settings: { environment: 'sandbox' } });
    await expect(requestCancel(deps, MAKER, REQUEST)).rejects.toMatchObject({
      kind: 'refused',
      message: environmentProblem(deps, 'live'),
      ipayUuid: 'uuid-track',
    });
    expect(deps.store.contents().requests).toEqual([]);
  });

  test('a link that cannot be tracked is not asked for', async () => {
    const deps = makeDeps({ script: { track: new Unavailable('away') } });
    await expect(requestCancel(deps, MAKER, REQUEST)).rejects.toThrow('away');
    expect(deps.store.contents().requests).toEqual([]);
  });

  test('a reason is asked for before InstantPay is', async () => {
    const deps = makeDeps();
    for (const reason of ['', ' \n ', 'x'.repeat(REASON_LENGTH + 1)]) {
      await expect(requestCancel(deps, MAKER, { ...REQUEST, reason })).rejects.toThrow(UsageError);
    }
    expect(deps.gateway.calls.track).toEqual([]);
  });

  test('numbers and addresses in a reason are masked wherever it is kept', async () => {
    const deps = makeDeps();
    await requestCancel(deps, MAKER, { ...REQUEST, reason: ' Wrong number: 98765 43210, asha@example.in ' });
    const masked = 'Wrong number: ******3210, a***@example.in';
    expect(deps.store.contents()).toMatchObject({
      requests: [{ reason: masked }],
      audit: [{ reason: masked }],
    });
    expect(JSON.stringify(deps.store.contents())).not.toMatch(/98765|asha@/);
  });
});

describe('waitingApprovals', () => {
  test('the person’s own come first, then the others, each oldest first', async () => {
    const deps = makeDeps();
    const rows = [
      ['theirs-late', SECOND.userId, 3],
      ['mine-late', MAKER.userId, 4],
      ['theirs-early', CHECKER.userId, 1],
      ['mine-early', MAKER.userId, 2],
    ] as const;
    for (const [id, requestedBy, at] of rows) {
      await keep(deps, request({ id, linkId: `link-${id}`, requestedBy, requestedAt: NOON + at }));
    }
    await keep(deps, request({ id: 'done', status: 'executed', requestedBy: MAKER.userId }));
    const order = async (who: { userId: string }) =>
      (await waitingRequests(deps, who)).map((waiting) => waiting.id);
    expect(await order(MAKER)).toEqual(['mine-early', 'mine-late', 'theirs-early', 'theirs-late']);
    expect(await order(CHECKER)).toEqual(['theirs-early', 'mine-early', 'theirs-late', 'mine-late']);
  });

  test('is for people who may look', async () => {
    const deps = makeDeps();
    await expect(waitingRequests(deps, STRANGER)).rejects.toThrow(Forbidden);
    expect(auditOf(deps)).toMatchObject([
      { action: 'access.refused', subject: 'cancel.list', outcome: 'not_viewer' },
    ]);
  });
});

describe('showApproval', () => {
  test('shows a request to people who may look, and says when there is none', async () => {
    const deps = makeDeps();
    const kept = await keep(deps, request());
    expect(await showRequest(deps, SECOND, 'a1')).toEqual(alone(kept));
    await expect(showRequest(deps, SECOND, 'a2')).rejects.toMatchObject({
      kind: 'not_found',
      message: NOT_FOUND,
    });
    await expect(showRequest(deps, STRANGER, 'a1')).rejects.toThrow(Forbidden);
    expect(auditOf(deps)).toMatchObject([
      { action: 'access.refused', subject: 'cancel.show', cancelRequestId: 'a1' },
    ]);
  });

  test('the record a request shows is the link’s own', async () => {
    const other = record({ linkId: '0'.repeat(24), purpose: 'Somebody else’s' });
    const deps = makeDeps({ script: { page: page([other, record({ purpose: 'Refund' })]) } });
    expect((await requestCancel(deps, MAKER, REQUEST)).batch.requests[0].purpose).toBe('Refund');
  });
});
