/** Owns the outbox rows of each step: added when they are needed, once, for those they are for. */

import { expect, test } from 'vitest';
import { Unavailable } from '../../../src/errors.ts';
import { requestCancel } from '../../../src/payouts/cancel/ask.ts';
import { decideCancel } from '../../../src/payouts/cancel/decide.ts';
import { executeCancel } from '../../../src/payouts/cancel/execute.ts';
import { outboxRows, questionOf, sharedRows } from '../../../src/payouts/cancel/messages.ts';
import { advance, settleUnknown } from '../../../src/payouts/cancel/settle.ts';
import {
  approvedDeps,
  CHECKER,
  keep,
  LINK,
  MAKER,
  makeDeps,
  only,
  policy,
  request,
  SECOND,
  type TestDeps,
  tracked,
  write,
} from '../setup.ts';

const INPUT = { linkIds: [LINK], reason: 'Paid twice', requestedIn: 'C_FINANCE' };
const rows = (deps: TestDeps) =>
  deps.store.contents().cards.map(({ purpose, channelId }) => `${purpose} ${channelId}`);

test.each([
  ['mention', []],
  ['none', []],
  ['dm', ['approver U_CHECKER', 'approver U_SECOND']],
  ['both', ['approver U_CHECKER', 'approver U_SECOND']],
] as const)(
  'APPROVERS_NOTIFY=%s: the card, and a direct message to each approver where it says so',
  async (approversNotify, direct) => {
    const deps = makeDeps({
      settings: { approversNotify },
      policy: policy({ approve: only(CHECKER.userId, SECOND.userId, MAKER.userId) }),
    });
    const {
      batch: {
        requests: [opened],
      },
    } = await requestCancel(deps, MAKER, INPUT);
    expect(rows(deps)).toEqual([...direct, 'request C_APPROVALS']);
    deps.time.now = opened.nudgeAt;
    await advance(deps, opened.id);
    const nudges = direct.map((row) => row.replace('approver', 'nudge'));
    expect(rows(deps)).toEqual([...direct, 'nudge C_APPROVALS', ...nudges, 'request C_APPROVALS']);
  },
);

test('the nudge goes to those who were told of the request, also while Slack does not tell who is in a group', async () => {
  const groups: Record<string, string[] | Error> = { S_OPS: [CHECKER.userId] };
  const deps = makeDeps({
    groups,
    settings: { approversNotify: 'dm' },
    policy: policy({ approve: { everyone: false, users: new Set(), groups: ['S_OPS'] } }),
  });
  const {
    batch: {
      requests: [opened],
    },
  } = await requestCancel(deps, MAKER, INPUT);
  groups['S_OPS'] = new Unavailable('Slack is away.');
  deps.time.now = opened.nudgeAt;
  await advance(deps, opened.id);
  expect(rows(deps)).toContain(`nudge ${CHECKER.userId}`);
});

test.each(['reject', 'withdraw', 'approve', 'emergency'] as const)(
  '%s adds what it has to tell',
  async (kind) => {
    const deps = makeDeps({ settings: { breakGlass: true } });
    await keep(deps, request({ emergencyAllowed: true }));
    const actor = kind === 'withdraw' ? MAKER : CHECKER;
    expect(await decideCancel(deps, actor, 'a1', kind, { reason: 'Not ours' })).toMatchObject({ ok: true });
    const wanted = {
      reject: ['outcome U_MAKER'],
      withdraw: [],
      approve: [],
      emergency: ['emergency C_APPROVALS'],
    };
    expect(rows(deps)).toEqual(wanted[kind]);
  },
);

test('the requester is told once: of an unknown outcome, and on the same message of its end', async () => {
  const { deps, approved } = await approvedDeps({ cancel: write('unknown'), track: tracked() });
  const unknown = await executeCancel(deps, approved);
  expect(unknown.status).toBe('unknown');
  expect(rows(deps)).toEqual(['outcome U_MAKER']);
  const [told] = deps.store.contents().cards;
  deps.gateway.script.track = tracked({ status: 'CANCELLED' });
  expect(await settleUnknown(deps, unknown)).toMatchObject({ status: 'executed' });
  expect(deps.store.contents().cards).toEqual([told]);
});

test('an end that time brings is told to the requester', async () => {
  const deps = makeDeps();
  const { expiresAt } = await keep(deps, request());
  deps.time.now = expiresAt;
  await advance(deps, 'a1');
  expect(rows(deps)).toEqual(['outcome U_MAKER']);
});

test('a message has one ID for each purpose and place, so that a step that comes twice adds it once', async () => {
  const deps = makeDeps();
  const [first] = await outboxRows(deps, request(), ['outcome']);
  expect(await outboxRows(deps, request({ version: 9 }), ['outcome'])).toEqual([first]);
});

test('the nudge calls the deputy of who left since, once, and not who is away', async () => {
  const deps = makeDeps({
    settings: { approversNotify: 'dm' },
    policy: policy({ approve: only(CHECKER.userId, SECOND.userId, 'U_THIRD') }),
  });
  const {
    batch: {
      requests: [opened],
    },
  } = await requestCancel(deps, MAKER, INPUT);
  deps.time.now = opened.nudgeAt;
  const lend = (userId: string, deputyId: string) =>
    deps.store.delegations.lend({ userId, deputyId, since: opened.nudgeAt - 1, until: opened.expiresAt }, []);
  await lend(CHECKER.userId, 'U_DEPUTY');
  // Was told of the request as an approver.
  await lend('U_THIRD', SECOND.userId);
  const before = rows(deps);
  await advance(deps, opened.id);
  const added = rows(deps).filter((row) => !before.includes(row));
  expect(added).toEqual(['approver U_DEPUTY', 'nudge C_APPROVALS', `nudge ${SECOND.userId}`]);
});

test('members of a group are told; a group that Slack does not tell of is passed over, a mistake is not', async () => {
  const groups: Record<string, string[] | Error> = { S_OPS: [CHECKER.userId, MAKER.userId] };
  const deps = makeDeps({
    groups,
    settings: { approversNotify: 'dm' },
    policy: policy({ approve: { everyone: false, users: new Set([SECOND.userId]), groups: ['S_OPS'] } }),
  });
  const places = async () =>
    (await outboxRows(deps, request(), ['request'])).map(({ channelId }) => channelId);
  expect(await places()).toEqual(['C_APPROVALS', SECOND.userId, CHECKER.userId]);
  groups['S_OPS'] = new Unavailable('Slack is away.');
  expect(await places()).toEqual(['C_APPROVALS', SECOND.userId]);
  groups['S_OPS'] = new TypeError('a mistake');
  await expect(places()).rejects.toThrow('a mistake');
});

test('no more than fifty are told directly', async () => {
  const many = Array.from({ length: 60 }, (_none, at) => `U_${at}`);
  const deps = makeDeps({ settings: { approversNotify: 'dm' }, policy: policy({ approve: only(...many) }) });
  expect(await outboxRows(deps, request(), ['request'])).toHaveLength(1 + 50);
});

test('administrators are called in the channel; a question goes there and to the requester', async () => {
  const deps = makeDeps();
  const asked = { by: CHECKER.userId, at: 1, text: 'Which invoice?' };
  const questions = [
    { ...asked, id: 'q1' },
    { ...asked, id: 'q2' },
  ];
  const messages = await outboxRows(deps, request({ questions }), ['administrators', 'question']);
  expect(messages.map(({ purpose, channelId }) => `${purpose} ${channelId}`)).toEqual([
    'administrators C_APPROVALS',
    'question C_APPROVALS',
    'question U_MAKER',
  ]);
  expect(messages.slice(1).map((message) => questionOf(message, questions))).toEqual([
    questions[1],
    questions[1],
  ]);
  expect(new Set(messages.map(({ id }) => id)).size).toBe(3);
});

test('a shared card has the outcome in its thread, and nothing else', () => {
  const next = request({ sharedIn: { channelId: 'C_SHARED', threadTs: '17.1' } });
  expect(sharedRows([{ next, messages: ['outcome'] }])).toEqual([
    expect.objectContaining({
      id: expect.stringContaining('C_SHARED'),
      purpose: 'thread',
      channelId: 'C_SHARED',
    }),
  ]);
  expect(sharedRows([{ next, messages: ['nudge'] }])).toEqual([]);
  expect(sharedRows([{ next: request(), messages: ['outcome'] }])).toEqual([]);
});
