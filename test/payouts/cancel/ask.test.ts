import { describe, expect, test } from 'vitest';
import { Forbidden, Refused, Unavailable, UsageError } from '../../../src/errors.ts';
import { requestCancel, showApproval, waitingApprovals } from '../../../src/payouts/cancel/decide.ts';
import { freshCopy } from '../../../src/payouts/cancel/messages.ts';
import { REASON_LENGTH } from '../../../src/payouts/cancel/reason.ts';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import {
  approval,
  auditOf,
  CHECKER,
  EVERY_STATUS,
  keep,
  LINK,
  MAKER,
  makeDesk,
  NOON,
  page,
  record,
  REVOKED,
  SECOND,
  STRANGER,
  tracked,
} from '../setup.ts';

const REQUEST = { linkId: LINK, reason: 'Paid twice', askedIn: 'C_FINANCE' };

describe('requestCancel', () => {
  test('an operator’s request for an ISSUED link waits for approval', async () => {
    const desk = makeDesk();
    const requested = await requestCancel(desk, MAKER, REQUEST);
    const expected = approval({ id: 'id-1', version: 1, ipayUuid: 'uuid-track' });
    expect(requested).toStrictEqual({ kind: 'opened', approval: expected });
    expect(desk.store.contents().approvals).toEqual([expected]);
    expect(auditOf(desk)).toEqual([
      {
        sequence: 1,
        at: NOON,
        actorId: MAKER.userId,
        action: 'cancel requested',
        linkId: LINK,
        approvalId: 'id-1',
        amountPaise: 12_345_678,
        reason: 'Paid twice',
        ipayUuid: 'uuid-track',
        statusBefore: 'ISSUED',
      },
    ]);
    expect(desk.gateway.calls).toMatchObject({ track: [LINK], cancel: [], notify: [] });
  });

  test('is refused when the amount cannot be read: there would be nothing to compare before the call (R8)', async () => {
    const desk = makeDesk({ script: { track: tracked({ amountPaise: undefined }) } });
    await expect(requestCancel(desk, MAKER, REQUEST)).rejects.toThrow('amount for this link cannot be read');
    expect(desk.store.contents().approvals).toEqual([]);
  });

  test('with it go the messages that show it or may come to: card, word to its requester, reminder, emergency', async () => {
    const desk = makeDesk();
    await requestCancel(desk, MAKER, { ...REQUEST, askedIn: 'D_DIRECT' });
    expect(desk.store.contents().cards).toEqual([
      freshCopy('id-2', 'id-1', 'request', 'C_APPROVALS'),
      freshCopy('id-3', 'id-1', 'outcome', MAKER.userId),
      freshCopy('id-4', 'id-1', 'reminder', 'C_APPROVALS'),
      freshCopy('id-5', 'id-1', 'emergency', 'C_APPROVALS'),
    ]);
    expect(freshCopy('c', 'a', 'outcome', 'D')).toEqual({
      id: 'c',
      approvalId: 'a',
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
      const desk = makeDesk({ script: { page: nothing } });
      const { approval: opened } = await requestCancel(desk, MAKER, REQUEST);
      expect(opened).toMatchObject({
        contact: { name: undefined, email: undefined, mobile: undefined },
        purpose: undefined,
        linkExpiresAt: undefined,
      });
    }
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
      const desk = makeDesk({
        script: { track: tracked({ amountPaise }) },
        settings: { approvalsRequiredAbovePaise },
      });
      const { approval: opened } = await requestCancel(desk, MAKER, REQUEST);
      expect(opened).toMatchObject({ approvalsRequired: needed, amountPaise });
    },
  );

  test('the reminder is due at half of an odd time to lapse', async () => {
    const desk = makeDesk({ settings: { approvalTtlMs: HOUR_MS + 1 } });
    const { approval: opened } = await requestCancel(desk, MAKER, REQUEST);
    expect(opened).toMatchObject({
      lapsesAt: NOON + HOUR_MS + 1,
      remindAt: NOON + HOUR_MS / 2,
      wakeAt: NOON + HOUR_MS / 2,
    });
  });

  test('a request that stands is pointed to, whatever it waits for', async () => {
    for (const status of ['pending', 'approved', 'executing', 'unknown'] as const) {
      const desk = makeDesk();
      const standing = await keep(desk, approval({ status }));
      expect(await requestCancel(desk, CHECKER, REQUEST)).toEqual({
        kind: 'already_open',
        approval: standing,
      });
      expect(auditOf(desk)).toEqual([]);
    }
  });

  test('of many who ask at once, one opens a request and all others are pointed to it', async () => {
    const desk = makeDesk();
    const answers = await Promise.all(Array.from({ length: 20 }, () => requestCancel(desk, MAKER, REQUEST)));
    expect(answers.filter((answer) => answer.kind === 'opened')).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.approval.id)).size).toBe(1);
    expect(desk.store.contents()).toMatchObject({ approvals: [{ status: 'pending' }], audit: [{}] });
  });

  test('whoever is no operator is refused before anything is asked', async () => {
    const desk = makeDesk();
    await expect(requestCancel(desk, STRANGER, REQUEST)).rejects.toThrow(Forbidden);
    expect(desk.gateway.calls.track).toEqual([]);
    expect(auditOf(desk)).toMatchObject([
      { action: 'cancel request refused', linkId: LINK, actorId: STRANGER.userId },
    ]);
  });

  test.each(EVERY_STATUS.filter((status) => status !== 'ISSUED'))(
    'a link that is %s is refused',
    async (status) => {
      const link = status === 'UNKNOWN' ? REVOKED : tracked({ status });
      const desk = makeDesk({ script: { track: link } });
      const refusal = requestCancel(desk, MAKER, REQUEST);
      await expect(refusal).rejects.toThrow(Refused);
      await expect(refusal).rejects.toMatchObject({
        ipayUuid: 'uuid-track',
        message:
          status === 'UNKNOWN'
            ? 'Only an ISSUED link can be cancelled; this one is in a state this desk does not know (REVOKED). Nothing was done.'
            : `Only an ISSUED link can be cancelled; this one is ${status}. Nothing was done.`,
      });
      expect(desk.store.contents().approvals).toEqual([]);
    },
  );

  test('an answer from another environment is refused', async () => {
    const desk = makeDesk({ settings: { environment: 'sandbox' } });
    await expect(requestCancel(desk, MAKER, REQUEST)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('answered from LIVE'),
      ipayUuid: 'uuid-track',
    });
    expect(desk.store.contents().approvals).toEqual([]);
  });

  test('a link that cannot be tracked is not asked for', async () => {
    const desk = makeDesk({ script: { track: new Unavailable('away') } });
    await expect(requestCancel(desk, MAKER, REQUEST)).rejects.toThrow('away');
    expect(desk.store.contents().approvals).toEqual([]);
  });

  test('a reason is asked for before InstantPay is', async () => {
    const desk = makeDesk();
    for (const reason of ['', ' \n ', 'x'.repeat(REASON_LENGTH + 1)]) {
      await expect(requestCancel(desk, MAKER, { ...REQUEST, reason })).rejects.toThrow(UsageError);
    }
    expect(desk.gateway.calls.track).toEqual([]);
  });

  test('numbers and addresses in a reason are masked wherever it is kept', async () => {
    const desk = makeDesk();
    await requestCancel(desk, MAKER, { ...REQUEST, reason: ' Wrong number: 98765 43210, asha@example.in ' });
    const masked = 'Wrong number: ******3210, a***@example.in';
    expect(desk.store.contents()).toMatchObject({
      approvals: [{ reason: masked }],
      audit: [{ reason: masked }],
    });
    expect(JSON.stringify(desk.store.contents())).not.toMatch(/98765|asha@/);
  });
});

describe('waitingApprovals', () => {
  test('the person’s own come first, then the others, each oldest first', async () => {
    const desk = makeDesk();
    const rows = [
      ['theirs-late', SECOND.userId, 3],
      ['mine-late', MAKER.userId, 4],
      ['theirs-early', CHECKER.userId, 1],
      ['mine-early', MAKER.userId, 2],
    ] as const;
    for (const [id, requestedBy, at] of rows) {
      await keep(desk, approval({ id, linkId: `link-${id}`, requestedBy, requestedAt: NOON + at }));
    }
    await keep(desk, approval({ id: 'done', status: 'executed', requestedBy: MAKER.userId }));
    const order = async (who: { userId: string }) =>
      (await waitingApprovals(desk, who)).map((waiting) => waiting.id);
    expect(await order(MAKER)).toEqual(['mine-early', 'mine-late', 'theirs-early', 'theirs-late']);
    expect(await order(CHECKER)).toEqual(['theirs-early', 'mine-early', 'theirs-late', 'mine-late']);
  });

  test('is for people who may look', async () => {
    const desk = makeDesk();
    await expect(waitingApprovals(desk, STRANGER)).rejects.toThrow(Forbidden);
    expect(auditOf(desk)).toMatchObject([
      { action: 'approvals refused', reason: expect.stringContaining('VIEWERS') },
    ]);
  });
});

describe('showApproval', () => {
  test('shows a request to people who may look, and says when there is none', async () => {
    const desk = makeDesk();
    const kept = await keep(desk, approval());
    expect(await showApproval(desk, SECOND, 'a1')).toEqual(kept);
    await expect(showApproval(desk, SECOND, 'a2')).rejects.toMatchObject({
      kind: 'not_found',
      message: 'This cancel request is not in the records of this desk.',
    });
    await expect(showApproval(desk, STRANGER, 'a1')).rejects.toThrow(Forbidden);
    expect(auditOf(desk)).toMatchObject([{ action: 'approval refused', approvalId: 'a1' }]);
  });

  test('the record a request shows is the link’s own', async () => {
    const other = record({ linkId: '0'.repeat(24), purpose: 'Somebody else’s' });
    const desk = makeDesk({ script: { page: page([other, record({ purpose: 'Refund' })]) } });
    expect((await requestCancel(desk, MAKER, REQUEST)).approval.purpose).toBe('Refund');
  });
});
