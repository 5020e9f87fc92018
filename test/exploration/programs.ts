/**
 * Owns running Payout Desk's real functions one port operation at a time. A function is a matter of what its ports
 * answered it and of what the clock showed then, so a position in it is named by those answers, and each position is
 * computed once, by running the function again from its start. That two runs do the same is checked, not believed.
 */

import { isPayoutDeskError } from '../../src/errors.ts';
import type { Batch } from '../../src/payouts/cancel/batch.ts';
import type { CancelRequest, RequestChange } from '../../src/payouts/cancel/request.ts';
import type { Decision } from '../../src/payouts/cancel/decision.ts';
import { executeCancel } from '../../src/payouts/cancel/execute.ts';
import { advance } from '../../src/payouts/cancel/settle.ts';
import type { CardCopy } from '../../src/payouts/cancel/ports.ts';
import { decideCancel } from '../../src/payouts/cancel/decide.ts';
import type { Deps, Settings } from '../../src/payouts/deps.ts';
import type { TrackedLink } from '../../src/payouts/links/link.ts';
import type { Delegation, Holding } from '../../src/payouts/delegation-port.ts';
import type { AuditEntry } from '../../src/payouts/audit-entry.ts';
import type { PersonKind } from '../../src/payouts/directory.ts';
import type { WriteAnswer } from '../../src/payouts/gateway.ts';
import { NO_SKIP } from '../../src/payouts/subscriptions/skip.ts';
import { HOUR_MS } from '../../src/payouts/time.ts';
import { memoryStore } from '../fakes/memory-store.ts';
import { CHECKER, MAKER, only, policy, SECOND } from '../payouts/setup.ts';

export type Operation =
  | { kind: 'person'; userId: string }
  | { kind: 'delegations' }
  | { kind: 'find'; id: string }
  | { kind: 'findBatch'; id: string }
  | {
      kind: 'save';
      changes: readonly RequestChange[];
      messages: readonly CardCopy[];
      /** Rights that were lent, which have to hold as it happens. */
      holding: Holding | undefined;
    }
  | { kind: 'append'; entry: AuditEntry }
  | { kind: 'track'; linkId: string }
  /** Nothing may leave from `before` on. */
  | { kind: 'cancel'; linkId: string; before: number };

export type Answer =
  | { kind: 'person'; person: PersonKind }
  | { kind: 'delegations'; delegations: Delegation[] }
  | { kind: 'find'; request: CancelRequest | undefined }
  | { kind: 'findBatch'; batch: Batch | undefined }
  | { kind: 'save'; saved: boolean }
  | { kind: 'append' }
  | { kind: 'track'; link: TrackedLink }
  | { kind: 'cancel'; answer: WriteAnswer }
  | { kind: 'failed'; error: Error };

/** `decided` and `refused`: what a person was answered; `over`: the job has nothing to say. */
export type Told = 'decided' | 'refused' | 'over';
export type Program = (deps: Deps) => Promise<Told>;

/** A place in a program: waiting for the answer to `operation`, or at its end. */
export interface Position {
  id: number;
  operation: Operation | undefined;
  told: Told | undefined;
  /** Set when the program ended with a failure that is none of Payout Desk's kinds: a fault in the code. */
  fault: string | undefined;
  /** Nothing was answered yet, so nothing has begun. */
  isStart: boolean;
  /** The link as this run of the program last saw it. */
  tracked: TrackedLink | undefined;
  /** What this program's claims are held by. */
  holder: string;
}

interface Given {
  answer: Answer;
  now: number;
}

interface Node extends Position {
  program: Program;
  history: readonly Given[];
  asked: readonly string[];
  /** By the answer's id; then, where the clock is looked at, by the time. */
  next: Map<number, Node | Map<number, Node>>;
}

export const BATCH_ID = 'a1';

export const CALL_TIMEOUT_MS = 20_000;

const SETTINGS: Settings = {
  approvalChannel: 'C_APPROVALS',
  approvalTtlMs: 24 * HOUR_MS,
  approvalsRequiredAbovePaise: undefined,
  approvalRules: undefined,
  approversNotify: 'mention',
  breakGlass: true,
  expiringWithinMs: 48 * HOUR_MS,
  stuckAfterMs: 24 * HOUR_MS,
  escalateTo: [],
  keepFinishedMs: 365 * 86_400_000,
  watchForMs: 14 * 24 * 3_600_000,
  reminderCooldownMs: HOUR_MS,
  automatic: { beforeMs: [], quiet: undefined },
  digestGraceMs: HOUR_MS,
  digestSkip: NO_SKIP,
  environment: undefined,
  callTimeoutMs: CALL_TIMEOUT_MS,
};

/** One person's decision on its way through one replica. */
export interface Click {
  by: string;
  kind: Decision['kind'];
  /** The links that the person does not select. */
  leaveOut: readonly string[];
  program: Program;
}

/** The requester too, so that nothing but the rule itself keeps them from approving. */
const EVERYBODY = only(MAKER.userId, CHECKER.userId, SECOND.userId);
const EVERYBODY_DECIDES = policy({ approve: EVERYBODY, administer: EVERYBODY });

/**
 * What a click does (src/slack/buttons/decide.ts): decide, and carry out what was approved, one link after the other. That
 * two are under way at the same time is explored with the jobs.
 */
export function click(by: string, kind: Decision['kind'], leaveOut: readonly string[] = []): Click {
  const program: Program = async (deps) => {
    const answered = await decideCancel(deps, { userId: by }, BATCH_ID, kind, {
      reason: `why ${by} does`,
      leaveOut,
    });
    if (!answered.ok) return 'refused';
    for (const request of answered.batch.requests) {
      try {
        await executeCancel(deps, request);
      } catch (error) {
        // What was decided stays decided when carrying it out meets a failure.
        if (!isPayoutDeskError(error)) throw error;
      }
    }
    return 'decided';
  };
  return { by, kind, leaveOut, program };
}

/** What the job does for a request that is due; each replica has its own. */
export function job(cancelRequestId: string): Program {
  return async (deps) => {
    await advance(deps, cancelRequestId);
    return 'over';
  };
}

export interface Programs {
  start(program: Program): Position;
  /** Where the program is after this answer, given at this time. `answerId` stands for the answer's content. */
  advance(position: Position, answer: Answer, answerId: number, now: number): Position | Promise<Position>;
  at(id: number): Position;
  ready(): Promise<void>;
  count(): number;
}

/** `spoil`: what makes a replica break its rules, to prove that it would be found. */
export function createPrograms(programs: readonly Program[], spoil: (deps: Deps) => Deps): Programs {
  const nodes: Node[] = [];
  const starts = new Map<Program, Node>();

  async function compute(program: Program, history: readonly Given[], expected: readonly string[]) {
    const asked: string[] = [];
    let waitsFor: Operation | undefined;
    let now: number | undefined;
    let looked = false;
    const arrived = Promise.withResolvers<undefined>();
    const ask = async (operation: Operation): Promise<Answer> => {
      const given = history[asked.length];
      asked.push(JSON.stringify(operation));
      if (given) {
        now = given.now;
        looked = false;
        if (given.answer.kind === 'failed') throw given.answer.error;
        return given.answer;
      }
      waitsFor = operation;
      arrived.resolve(undefined);
      return new Promise<never>(() => {});
    };
    const clock = (): number => {
      looked = true;
      if (now === undefined) throw new Error('A program looked at the clock before it asked for anything.');
      return now;
    };
    const ended = program(spoil(depsOver(ask, clock, holderOf(program)))).then(
      (told) => ({ told, fault: undefined }),
      (error: unknown) => ({ told: undefined, fault: isPayoutDeskError(error) ? undefined : String(error) }),
    );
    const end = await Promise.race([ended, arrived.promise]);
    const before = asked.slice(0, expected.length);
    if (before.join() !== expected.join()) throw new Error('A program did not do the same thing twice.');
    const node: Node = {
      id: nodes.length,
      operation: waitsFor,
      told: end?.told,
      fault: end?.fault,
      isStart: history.length === 0,
      tracked: history.flatMap(({ answer }) => (answer.kind === 'track' ? [answer.link] : [])).at(-1),
      holder: holderOf(program),
      program,
      history,
      asked,
      next: new Map(),
    };
    nodes.push(node);
    return { node, looked };
  }

  function holderOf(program: Program): string {
    return `holder-${programs.indexOf(program)}`;
  }

  function nodeAt(id: number): Node {
    const node = nodes[id];
    if (!node) throw new Error(`There is no position ${id}.`);
    return node;
  }

  async function grow(node: Node, given: Given, answerId: number): Promise<Position> {
    const { node: grown, looked } = await compute(node.program, [...node.history, given], node.asked);
    if (!looked) {
      node.next.set(answerId, grown);
      return grown;
    }
    const known = node.next.get(answerId);
    const byTime = known instanceof Map ? known : new Map<number, Node>();
    byTime.set(given.now, grown);
    node.next.set(answerId, byTime);
    return grown;
  }

  return {
    at: nodeAt,
    count: () => nodes.length,
    async ready() {
      for (const program of programs) starts.set(program, (await compute(program, [], [])).node);
    },
    start(program) {
      const node = starts.get(program);
      if (!node) throw new Error('This program is not one of those explored.');
      return node;
    },
    advance(position, answer, answerId, now) {
      const node = nodeAt(position.id);
      const known = node.next.get(answerId);
      const next = known instanceof Map ? known.get(now) : known;
      return next ?? grow(node, { answer, now }, answerId);
    },
  };
}

/** The parts of a store that none of the explored functions touches. */
const UNTOUCHED = memoryStore({
  at: () => {
    throw new Error('The explored functions are not expected to use this.');
  },
});

/** `Deps` whose every port asks the explorer. Ports that the explored functions do not use throw. */
function depsOver(ask: (operation: Operation) => Promise<Answer>, clock: () => number, holder: string): Deps {
  const unused = () => {
    throw new Error('The explored functions are not expected to use this.');
  };
  const mismatch = (answer: Answer) => new Error(`The explorer gave the answer of ${answer.kind}.`);
  return {
    clock,
    // One run makes one claim of a request at most, and a claim of an earlier run of the same actor is over when it begins.
    newId: () => holder,
    unsaved: new Map(),
    called: new Map(),
    onTransition: () => {},
    linkIndex: { candidates: unused },
    policy: EVERYBODY_DECIDES,
    settings: SETTINGS,
    directory: {
      async person(userId) {
        const answer = await ask({ kind: 'person', userId });
        if (answer.kind !== 'person') throw mismatch(answer);
        return answer.person;
      },
      name: unused,
      groupMembers: unused,
    },
    gateway: {
      async track(linkId) {
        const answer = await ask({ kind: 'track', linkId });
        if (answer.kind !== 'track') throw mismatch(answer);
        return answer.link;
      },
      async cancel(linkId, before) {
        const answer = await ask({ kind: 'cancel', linkId, before });
        if (answer.kind !== 'cancel') throw mismatch(answer);
        return answer.answer;
      },
      page: unused,
      links: unused,
      sameRecipient: unused,
      reveal: unused,
      notify: unused,
      transaction: unused,
    },
    store: {
      ...UNTOUCHED,
      requests: {
        async find(id) {
          const answer = await ask({ kind: 'find', id });
          if (answer.kind !== 'find') throw mismatch(answer);
          return answer.request;
        },
        async findBatch(id) {
          const answer = await ask({ kind: 'findBatch', id });
          if (answer.kind !== 'findBatch') throw mismatch(answer);
          return answer.batch;
        },
        async save(changes, messages = [], holding) {
          const answer = await ask({ kind: 'save', changes, messages, holding });
          if (answer.kind !== 'save') throw mismatch(answer);
          return answer.saved;
        },
        unfinishedOf: unused,
        open: unused,
        pending: unused,
        due: unused,
      },
      delegations: {
        async active() {
          const answer = await ask({ kind: 'delegations' });
          if (answer.kind !== 'delegations') throw mismatch(answer);
          return answer.delegations;
        },
        lend: unused,
        end: unused,
      },
      audit: {
        async append(entry) {
          const answer = await ask({ kind: 'append', entry });
          if (answer.kind !== 'append') throw mismatch(answer);
        },
        list: unused,
        rows: unused,
        anchor: unused,
      },
    },
  };
}
