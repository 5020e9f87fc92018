/** Owns what is explored: who decides what, what may go wrong, and how much of it at a time. */

import type { Delegation } from '../../src/payouts/delegation-port.ts';
import { DAY_MS } from '../../src/payouts/time.ts';
import { request, CHECKER, LINK as FIRST, MAKER, NOON, SECOND } from '../payouts/setup.ts';
import { BATCH_ID, type Click, click } from './programs.ts';
import type { Budget, Outcome, WorldOptions } from './state.ts';

const EVERY_OUTCOME: readonly Outcome[] = [
  'done',
  'refused',
  'verify, done',
  'verify, not done',
  'unknown, done',
  'unknown, not arrived',
  'not_sent',
];

/** The two clicks: the first reaches replica A, the second replica B. */
interface Clicks {
  name: string;
  clicks: readonly [Click, Click];
  approvalsRequired: 1 | 2;
  /** Links in the request; default 1. */
  links?: 1 | 2;
  /** Rights that are lent to deputies as it begins. */
  lent?: readonly Delegation[];
}

/** The second link of the requests for two. */
export const OTHER = '0'.repeat(24);

const [one, two, maker] = [CHECKER.userId, SECOND.userId, MAKER.userId];

export const DECISIONS: readonly Clicks[] = [
  { name: 'two approve', clicks: [click(one, 'approve'), click(two, 'approve')], approvalsRequired: 1 },
  {
    name: 'two approve, both are needed',
    clicks: [click(one, 'approve'), click(two, 'approve')],
    approvalsRequired: 2,
  },
  {
    name: 'one approves, one rejects',
    clicks: [click(one, 'approve'), click(two, 'reject')],
    approvalsRequired: 1,
  },
  {
    name: 'one of two approves, one rejects',
    clicks: [click(one, 'approve'), click(two, 'reject')],
    approvalsRequired: 2,
  },
  {
    name: 'one person approves twice, two are needed',
    clicks: [click(one, 'approve'), click(one, 'approve')],
    approvalsRequired: 2,
  },
  {
    name: 'one approves, the requester withdraws',
    clicks: [click(one, 'approve'), click(maker, 'withdraw')],
    approvalsRequired: 1,
  },
  {
    name: 'the requester tries to approve',
    clicks: [click(one, 'approve'), click(maker, 'approve')],
    approvalsRequired: 2,
  },
  {
    name: 'one of two approves, one breaks the glass',
    clicks: [click(one, 'approve'), click(two, 'emergency')],
    approvalsRequired: 2,
  },
];

const DEPUTY = 'U_DEPUTY';
const lentBy = (userId: string, deputyId = DEPUTY): Delegation[] => [
  { userId, deputyId, since: NOON - 1, until: NOON + 2 * DAY_MS },
];

/** Decisions by a right that was lent, which may end at any moment. */
export const LENT_DECISIONS: readonly Clicks[] = [
  {
    name: 'a deputy approves, one rejects',
    clicks: [click(DEPUTY, 'approve'), click(two, 'reject')],
    approvalsRequired: 1,
    lent: lentBy(one),
  },
  {
    name: 'a deputy and another approve, both are needed',
    clicks: [click(DEPUTY, 'approve'), click(two, 'approve')],
    approvalsRequired: 2,
    lent: lentBy(one),
  },
  {
    name: 'a deputy and the approver approve, two are needed',
    clicks: [click(DEPUTY, 'approve'), click(one, 'approve')],
    approvalsRequired: 2,
    lent: lentBy(one),
  },
  {
    name: 'a deputy of the requester approves, another too',
    clicks: [click(DEPUTY, 'approve'), click(two, 'approve')],
    approvalsRequired: 2,
    lent: lentBy(maker),
  },
  {
    name: 'the requester stands in for an approver',
    clicks: [click(maker, 'approve'), click(two, 'approve')],
    approvalsRequired: 2,
    lent: lentBy(one, maker),
  },
];

/** Two links that are decided together; each of them has ends of its own, so there is less that may go wrong at a time. */
export const BATCHES: readonly Clicks[] = [
  {
    name: 'two approve two links, each leaves another one out',
    clicks: [click(one, 'approve', [FIRST]), click(two, 'approve', [OTHER])],
    approvalsRequired: 1,
    links: 2,
  },
  {
    name: 'two approve two links, both are needed, one leaves one out',
    clicks: [click(one, 'approve', [FIRST]), click(two, 'approve')],
    approvalsRequired: 2,
    links: 2,
  },
  {
    name: 'one approves one of two links, the requester withdraws',
    clicks: [click(one, 'approve', [OTHER]), click(maker, 'withdraw')],
    approvalsRequired: 1,
    links: 2,
  },
  {
    name: 'one approves two links, one rejects',
    clicks: [click(one, 'approve'), click(two, 'reject')],
    approvalsRequired: 1,
    links: 2,
  },
  {
    name: 'two approve two links',
    clicks: [click(one, 'approve'), click(two, 'approve')],
    approvalsRequired: 1,
    links: 2,
  },
];

const NOTHING: Budget = {
  amounts: 0,
  breaks: 0,
  freezes: 0,
  late: 0,
  moves: 0,
  rights: 0,
  troubles: 0,
  wakings: 0,
};

/** What may happen besides the clicks and their order, and what each is called in the report. */
interface Troubles extends Partial<Omit<WorldOptions, 'budget' | 'clicks'>> {
  name: string;
  budget: Partial<Budget>;
  /** The first so many of the decisions, or those with one approval alone; all of them by default. */
  decisions?: number | 'one approval';
  /** So many of those are left out, which are explored with more. */
  after?: number;
}

const FEW: readonly Outcome[] = ['done', 'unknown, done', 'unknown, not arrived'];
const SKEWED = [0, 120_000];

const CRASH: Troubles = { name: 'a crash or a failing port', budget: { breaks: 1 } };
const LINK: Troubles = { name: 'the link changes by itself', budget: { moves: 1 } };
const UNREACHABLE: Troubles = { name: 'InstantPay cannot be reached', budget: { troubles: 1 } };
const JOB: Troubles = { name: 'the job comes in between', budget: { wakings: 1 }, outcomes: FEW };
/** One replica looks the outcome up while the other still waits to hear that nothing was sent. */
const UNSENT: Troubles = {
  name: 'the job comes in between, and nothing was sent',
  budget: { wakings: 1, troubles: 1 },
  outcomes: ['not_sent', 'done'],
};
const TIME: Troubles = { name: 'nudge and expiry', budget: {}, ageing: true, outcomes: FEW };

const AMOUNT: Troubles = { name: 'the amount changes', budget: { amounts: 1 }, outcomes: FEW };
const RIGHTS: Troubles = { name: 'somebody loses the right', budget: { rights: 1 }, outcomes: FEW };
/** Between its claim and its call a process is frozen, or the half hour ends. */
const FROZEN: Troubles = {
  name: 'a frozen process, in the last second too',
  budget: { freezes: 1 },
  lastSecond: true,
  outcomes: FEW,
};

const LENT_SMALL: readonly Troubles[] = [
  { ...RIGHTS, name: 'a right ends', outcomes: ['done'] },
  {
    ...CRASH,
    name: 'a right ends, and a crash',
    budget: { rights: 1, breaks: 1 },
    outcomes: ['done'],
    decisions: 2,
  },
];

const LENT_FULL: readonly Troubles[] = [
  { ...RIGHTS, name: 'two rights end', budget: { rights: 2 } },
  { ...RIGHTS, name: 'a right ends, and two crashes', budget: { rights: 1, breaks: 2 }, outcomes: ['done'] },
  { ...RIGHTS, name: 'a right ends, and the job comes in between', budget: { rights: 1, wakings: 1 } },
  { ...TIME, name: 'a right ends before nudge, escalation and expiry', budget: { rights: 1 } },
];

const SMALL: readonly Troubles[] = [
  { ...CRASH, outcomes: FEW, decisions: 5 },
  { ...TIME, outcomes: ['done'], decisions: 3, after: 2 },
  { ...LINK, outcomes: FEW, decisions: 2 },
  { ...UNREACHABLE, outcomes: ['done', 'not_sent'], decisions: 1 },
  { ...JOB, outcomes: ['unknown, not arrived'], decisions: 1 },
  { ...UNSENT, decisions: 1 },
  { ...AMOUNT, outcomes: ['done'], decisions: 1 },
  { ...RIGHTS, outcomes: ['done'] },
  { ...FROZEN, outcomes: ['done', 'unknown, not arrived'], decisions: 1 },
];

const FULL: readonly Troubles[] = [
  { ...CRASH, name: 'two crashes or failing ports', budget: { breaks: 2 } },
  { ...LINK, name: 'the link changes twice by itself', budget: { moves: 2 } },
  { ...UNREACHABLE, name: 'InstantPay cannot be reached, twice', budget: { troubles: 2 } },
  { ...JOB, outcomes: EVERY_OUTCOME },
  { ...TIME, outcomes: EVERY_OUTCOME },
  { ...AMOUNT, name: 'the amount changes twice', budget: { amounts: 2 } },
  { ...RIGHTS, name: 'two lose the right', budget: { rights: 2 } },
  { ...RIGHTS, name: 'somebody loses the right, and a crash', budget: { rights: 1, breaks: 1 } },
  FROZEN,
  {
    ...FROZEN,
    name: 'a frozen process, and the job comes in between',
    budget: { freezes: 1, wakings: 1 },
    outcomes: ['unknown, not arrived'],
    decisions: 1,
  },
  {
    ...FROZEN,
    name: 'a frozen process, and a crash',
    budget: { freezes: 1, breaks: 1 },
    outcomes: ['done'],
    decisions: 1,
  },
  {
    ...FROZEN,
    name: 'a frozen process, and clocks two minutes apart',
    skewMs: SKEWED,
    outcomes: ['done'],
    decisions: 2,
  },
  { name: 'a crash, and the link changes', budget: { breaks: 1, moves: 1 } },
  { name: 'a crash, and InstantPay cannot be reached', budget: { breaks: 1, troubles: 1 } },
  { name: 'the job comes in between, and a crash', budget: { wakings: 1, breaks: 1 }, outcomes: FEW },
  { name: 'the job comes in between, and the link changes', budget: { wakings: 1, moves: 1 }, outcomes: FEW },
  {
    name: 'the job comes in between twice',
    budget: { wakings: 2 },
    outcomes: ['unknown, not arrived'],
    decisions: 3,
  },
  { name: 'two answers of the store are late', budget: { late: 2 }, outcomes: FEW },
  {
    name: 'an answer of the store is late, and a crash',
    budget: { late: 1, breaks: 1 },
    outcomes: ['unknown, not arrived'],
    decisions: 3,
  },
  {
    name: 'clocks two minutes apart',
    budget: {},
    skewMs: SKEWED,
    outcomes: ['unknown, not arrived'],
  },
  {
    name: 'clocks two minutes apart, and a crash',
    budget: { breaks: 1 },
    skewMs: SKEWED,
    outcomes: ['unknown, not arrived'],
    decisions: 'one approval',
  },
  {
    name: 'clocks two minutes apart, and the job comes in between',
    budget: { wakings: 1 },
    skewMs: SKEWED,
    outcomes: ['unknown, not arrived'],
    decisions: 'one approval',
  },
  { ...UNSENT, outcomes: ['not_sent', 'done', 'verify, done', 'unknown, not arrived'], decisions: 3 },
  {
    ...UNSENT,
    name: 'the job comes in between, and twice nothing was sent',
    budget: { wakings: 1, troubles: 2 },
    outcomes: ['not_sent', 'unknown, not arrived'],
    decisions: 2,
  },
  { name: 'every look-up of the day', budget: {}, lookUps: Infinity, outcomes: ['unknown, not arrived'] },
];

/** The first three decisions leave one of the links out; with the others both are executed, which is far more. */
const SMALL_OF_TWO: readonly Troubles[] = [
  { name: 'nothing goes wrong', budget: {}, outcomes: ['done'] },
  { name: 'an answer is lost', budget: {}, outcomes: ['done', 'unknown, not arrived'], decisions: 3 },
  { ...CRASH, outcomes: ['done'], decisions: 3 },
];

const FULL_OF_TWO: readonly Troubles[] = [
  ...SMALL_OF_TWO,
  {
    ...CRASH,
    name: 'a crash or a failing port, and an answer is lost',
    outcomes: ['done', 'unknown, not arrived'],
    decisions: 3,
  },
  { ...LINK, outcomes: ['done', 'refused'], decisions: 2 },
  { ...TIME, outcomes: ['done'], decisions: 2 },
  { ...RIGHTS, outcomes: ['done'], decisions: 2 },
  { ...JOB, outcomes: ['done'] },
];

export interface Scenario {
  name: string;
  options: WorldOptions;
}

export function scenarios(size: 'small' | 'full'): Scenario[] {
  const scenario = (decision: Clicks, troubles: Troubles): Scenario => ({
    name: `${decision.name}; ${troubles.name}`,
    options: optionsOf(decision, troubles),
  });
  return [
    ...(size === 'full' ? FULL : SMALL).flatMap((troubles) =>
      decisionsOf(troubles).map((decision) => scenario(decision, troubles)),
    ),
    ...(size === 'full' ? LENT_FULL : LENT_SMALL).flatMap((troubles) =>
      decisionsOf(troubles, LENT_DECISIONS).map((decision) => scenario(decision, troubles)),
    ),
    ...(size === 'full' ? FULL_OF_TWO : SMALL_OF_TWO).flatMap((troubles) =>
      decisionsOf(troubles, BATCHES).map((decision) => scenario(decision, troubles)),
    ),
  ];
}

function decisionsOf({ decisions, after = 0 }: Troubles, all = DECISIONS): readonly Clicks[] {
  if (decisions !== 'one approval') return all.slice(after, decisions);
  return all.filter(({ clicks }) => clicks.filter(approves).length === 1);
}

function approves({ kind }: Click): boolean {
  return kind === 'approve' || kind === 'emergency';
}

export function optionsOf(
  { clicks, approvalsRequired, links = 1, lent = [] }: Clicks,
  { name: _name, decisions: _decisions, after: _after, budget, ...changes }: Troubles,
): WorldOptions {
  const asked = { approvalsRequired, emergencyAllowed: true };
  const first = request({ ...asked, id: BATCH_ID, linkId: FIRST });
  const second = request({ ...asked, id: `${BATCH_ID}-02`, batchId: BATCH_ID, linkId: OTHER });
  return {
    requests: links === 1 ? [first] : [first, second],
    clicks,
    lent,
    budget: { ...NOTHING, ...budget },
    ageing: false,
    lookUps: 1,
    outcomes: EVERY_OUTCOME,
    skewMs: [0, 0],
    ...changes,
  };
}
