/** Owns the escalation of a request that nobody decides: nudge, deputies, administrators, each once; and whom it reaches. */

import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../../src/errors.ts';
import { SYSTEM_ACTOR } from '../../../src/payouts/audit-entry.ts';
import { deputiesToTell } from '../../../src/payouts/cancel/approvers.ts';
import { tick } from '../../../src/payouts/cancel/decision.ts';
import { advance } from '../../../src/payouts/cancel/settle.ts';
import { HOUR_MS } from '../../../src/payouts/time.ts';
import {
  auditOf,
  CHECKER,
  type DepsOptions,
  keep,
  MAKER,
  makeDeps,
  NOON,
  only,
  policy,
  request,
  SECOND,
  type TestDeps,
} from '../setup.ts';

const hours = (count: number): number => NOON + count * HOUR_MS;
const EVERYBODY = { deputies: true, administrators: true };

describe('tick', () => {
  const nudged = request({ nudgedAt: hours(12) });
  const told = request({ nudgedAt: hours(12), deputiesToldAt: hours(18) });
  const all = request({ ...told, administratorsToldAt: hours(21) });

  test.each([
    ['nothing before half of its time', request(), hours(12) - 1, undefined],
    ['nothing before three quarters', nudged, hours(18) - 1, undefined],
    ['deputies at three quarters', nudged, hours(18), 'deputies'],
    ['nothing more before seven eighths', told, hours(21) - 1, undefined],
    ['administrators at seven eighths', told, hours(21), 'administrators'],
    ['nothing more before it expires', all, hours(24) - 1, undefined],
  ])('%s', (_name, before, now, to) => {
    const step = tick(before, now, EVERYBODY);
    expect(step?.messages).toEqual(to && [to]);
    expect(step?.audit).toEqual(
      to && [expect.objectContaining({ actorId: SYSTEM_ACTOR, action: 'request.escalated', outcome: to })],
    );
  });

  test('each once, in order, also when the job comes late; then it expires', () => {
    const steps = [];
    let waiting = request();
    for (let now = hours(23); ; now += 1) {
      const step = tick(waiting, now, EVERYBODY);
      if (!step) break;
      steps.push(step.messages[0]);
      if (step.next.status !== 'pending') break;
      waiting = step.next;
    }
    expect(steps).toEqual(['nudge', 'deputies', 'administrators']);
    expect(waiting.wakeAt).toBe(hours(24));
    expect(tick(waiting, hours(24))?.next.status).toBe('expired');
  });

  test('with nobody to tell, nobody is told, the audit says so, and it goes on', () => {
    expect(tick(nudged, hours(18))).toMatchObject({
      next: { deputiesToldAt: hours(18), wakeAt: hours(21) },
      messages: [],
      audit: [{ outcome: 'no_deputies' }],
    });
    expect(tick(told, hours(21))).toMatchObject({
      next: { administratorsToldAt: hours(21), wakeAt: hours(24) },
      messages: [],
      audit: [{ outcome: 'no_administrators' }],
    });
  });
});

describe('whom it reaches', () => {
  async function nudgedDeps(options: DepsOptions = {}): Promise<TestDeps> {
    const deps = makeDeps(options);
    await keep(deps, request({ nudgedAt: hours(12), wakeAt: hours(18) }));
    deps.time.now = hours(18);
    return deps;
  }
  const away = (deps: TestDeps, userId: string, deputyId: string, since: number) =>
    deps.store.delegations.lend({ userId, deputyId, since, until: hours(48) }, []);

  test.each([
    ['a deputy named after the nudge', CHECKER.userId, 'U_DEPUTY', hours(13), ['U_DEPUTY']],
    ['a deputy who was there at the nudge was told', CHECKER.userId, 'U_DEPUTY', hours(11), []],
    ['also one named at that moment', CHECKER.userId, 'U_DEPUTY', hours(12), []],
    ['nobody who stands in for somebody else', 'U_OTHER', 'U_DEPUTY', hours(13), []],
    ['never the requester', CHECKER.userId, MAKER.userId, hours(13), []],
    ['not by the right of the requester', MAKER.userId, 'U_DEPUTY', hours(13), []],
  ])('%s', async (_name, userId, deputyId, since, expected) => {
    const deps = await nudgedDeps({ policy: policy({ approve: only(CHECKER.userId, MAKER.userId) }) });
    await away(deps, userId, deputyId, since);
    expect(await deputiesToTell(deps, request({ nudgedAt: hours(12) }), hours(18))).toEqual(expected);
    await advance(deps, 'a1');
    const [row] = auditOf(deps);
    expect(row?.outcome).toBe(expected.length > 0 ? 'deputies' : 'no_deputies');
    const purposes = deps.store.contents().cards.map(({ purpose }) => purpose);
    expect(purposes).toEqual(expected.length > 0 ? ['deputies'] : []);
  });

  test('deputies of members of the tier’s group, and by direct message where approvers get one', async () => {
    const rule = { fromPaise: 0, approvals: 1, users: [], groups: ['S_FIN'] };
    const deps = await nudgedDeps({
      groups: { S_FIN: [SECOND.userId] },
      settings: { approversNotify: 'both' },
    });
    await away(deps, SECOND.userId, 'U_DEPUTY', hours(13));
    await away(deps, CHECKER.userId, 'U_OTHER_DEPUTY', hours(13));
    const tiered = request({ nudgedAt: hours(12), rule });
    expect(await deputiesToTell(deps, tiered, hours(18))).toEqual(['U_DEPUTY']);
    await advance(deps, 'a1');
    const rows = deps.store.contents().cards.map(({ purpose, channelId }) => `${purpose} ${channelId}`);
    expect(rows).toEqual(['approver U_DEPUTY', 'approver U_OTHER_DEPUTY', 'deputies C_APPROVALS']);
  });

  test.each([
    ['nobody', only(), 'no_administrators'],
    ['a person', only(CHECKER.userId), 'administrators'],
    ['a group', { everyone: false, users: new Set<string>(), groups: ['S_ADMINS'] }, 'administrators'],
  ] as const)('administrators: %s', async (_name, administer, outcome) => {
    const deps = makeDeps({ policy: policy({ administer }) });
    await keep(deps, request({ nudgedAt: hours(12), deputiesToldAt: hours(18), wakeAt: hours(21) }));
    deps.time.now = hours(21);
    await advance(deps, 'a1');
    expect(auditOf(deps)).toMatchObject([{ action: 'request.escalated', outcome }]);
  });

  test('a group that Slack does not tell of keeps nobody from going on', async () => {
    const approve = { everyone: false, users: new Set<string>(), groups: ['S_AWAY'] };
    const deps = await nudgedDeps({ policy: policy({ approve }), groups: { S_AWAY: new Unavailable('no') } });
    await away(deps, CHECKER.userId, 'U_DEPUTY', hours(13));
    await advance(deps, 'a1');
    expect(auditOf(deps)).toMatchObject([{ outcome: 'no_deputies' }]);
    const broken = makeDeps({ policy: policy({ approve }), groups: { S_AWAY: new TypeError('a bug') } });
    await away(broken, CHECKER.userId, 'U_DEPUTY', hours(13));
    await expect(deputiesToTell(broken, request(), hours(14))).rejects.toThrow('a bug');
  });

  test('many replicas at once escalate once', async () => {
    const deps = await nudgedDeps();
    await away(deps, CHECKER.userId, 'U_DEPUTY', hours(13));
    await Promise.all(Array.from({ length: 10 }, () => advance(deps, 'a1')));
    expect(auditOf(deps)).toHaveLength(1);
    deps.time.now = hours(21);
    await Promise.all(Array.from({ length: 10 }, () => advance(deps, 'a1')));
    expect(auditOf(deps).map(({ outcome }) => outcome)).toEqual(['deputies', 'administrators']);
  });
});
