/** Owns the proof that the exploration can fail: rules and stores broken on purpose, each found with the way that leads to it. */

import { expect, test } from 'vitest';
import { executeCancel } from '../../src/payouts/cancel/execute.ts';
import type { CancelRequest, RequestChange } from '../../src/payouts/cancel/request.ts';
import { findBatch } from '../../src/payouts/cancel/save.ts';
import { LEFT_OUT } from '../../src/payouts/cancel/words.ts';
import type { Deps } from '../../src/payouts/deps.ts';
import type { Store } from '../../src/payouts/store.ts';
import type { AuditEntry } from '../../src/payouts/audit-entry.ts';
import type { CardCopy } from '../../src/payouts/cancel/ports.ts';
import { alone, request, CHECKER, NOON, SECOND } from '../payouts/setup.ts';
import { BATCH_ID, type Click, click } from './programs.ts';
import { OTHER } from './scenarios.ts';
import { explore } from './search.ts';
import type { WorldOptions } from './state.ts';
import { createWorld } from './world.ts';

const TWO: WorldOptions = {
  requests: [request({ approvalsRequired: 1 })],
  clicks: [click(CHECKER.userId, 'approve'), click(SECOND.userId, 'approve')],
  budget: { amounts: 0, breaks: 0, freezes: 0, late: 0, moves: 0, rights: 0, troubles: 0, wakings: 0 },
  ageing: false,
  lookUps: 1,
  outcomes: ['done', 'unknown, done', 'unknown, not arrived'],
  skewMs: [0, 0],
};

/** The promise that is broken, and the way there. */
async function found(changes: Partial<WorldOptions>): Promise<string> {
  return createWorld({ ...TWO, ...changes })
    .then((world) => explore(world, 500_000))
    .then(
      ({ states }) => `nothing in ${states} states`,
      (error: unknown) => (error instanceof Error ? error.message : 'no error'),
    );
}

/** The operations on one request, for a request that is alone in its batch. */
interface One {
  find(id: string): Promise<CancelRequest | undefined>;
  save(
    before: CancelRequest,
    after: CancelRequest,
    rows: readonly AuditEntry[],
    messages: readonly CardCopy[],
  ): Promise<boolean>;
}

function requests(change: (real: One) => Partial<One>): (store: Store) => Store {
  return (store) => {
    const real: One = {
      find: (id) => store.requests.find(id),
      save: (before, after, audit, messages) => store.requests.save([{ before, after, audit }], messages),
    };
    const spoiled = { ...real, ...change(real) };
    return {
      ...store,
      requests: {
        ...store.requests,
        find: (id) => spoiled.find(id),
        async findBatch(id) {
          const read = await spoiled.find(id);
          return read && alone(read);
        },
        async save([one], messages = []) {
          if (!one) throw new Error('There is nothing to save.');
          return spoiled.save(one.before, one.after, one.audit, messages);
        },
      },
    };
  };
}

/** Saves over whatever is there. */
const withoutVersions = requests((real) => ({
  async save(before, after, rows, messages) {
    const there = await real.find(before.id);
    if (!there) return false;
    return real.save(there, { ...after, version: there.version + 1 }, rows, messages);
  },
}));

test('Payout Desk as it is', async () => {
  expect(await found({})).toMatch(/^nothing in \d{4,} states$/);
});

test('a store that saves without looking at the version: two calls', async () => {
  const first = await found({ spoilStore: withoutVersions });
  expect(first).toContain('a change that is answered with yes is kept as it was made');
  const lost = {
    outcomes: ['unknown, not arrived'] as const,
    unchecked: ['store', 'told', 'unsent', 'holder'] as const,
  };
  const way = await found({ spoilStore: withoutVersions, ...lost });
  expect(way).toContain('one approval leads to one cancel call');
  expect(way.match(/cancel/g)?.length).toBeGreaterThan(1);
});

test('a store that looks at the status and not at the version: an approval is lost', async () => {
  const spoilStore = requests((real) => ({
    async save(before, after, rows, messages) {
      const there = await real.find(before.id);
      if (there?.status !== before.status) return false;
      return real.save(there, { ...after, version: there.version + 1 }, rows, messages);
    },
  }));
  const both = request({ approvalsRequired: 2 });
  const way = await found({ spoilStore, requests: [both], unchecked: ['store'] });
  expect(way).toContain('an approval that was answered with yes is in the record');
});

test('a replica that calls again when the outcome is unknown: two calls', async () => {
  const spoilDeps = (deps: Deps): Deps => ({
    ...deps,
    gateway: {
      ...deps.gateway,
      async cancel(linkId, before) {
        const answer = await deps.gateway.cancel(linkId, before);
        return answer.kind === 'unknown' ? deps.gateway.cancel(linkId, before) : answer;
      },
    },
  });
  const way = await found({ spoilDeps });
  expect(way).toContain('one approval leads to one cancel call');
  expect(way.split('\n').at(-1)).toMatch(/hears$/);
});

test('a replica that takes an executing request for one that waits to be executed: two calls after a crash', async () => {
  const spoilDeps = reading((read) =>
    read.status === 'executing' || read.status === 'unknown' ? { ...read, status: 'approved' } : read,
  );
  const way = await found({ spoilDeps, budget: { ...TWO.budget, breaks: 1 }, unchecked: ['unsent'] });
  expect(way).toMatch(/one cancel call|no way from|a link that Payout Desk has cancelled/);
});

test('a replica that needs one approval where two are asked for', async () => {
  const spoilDeps = reading((read) => ({ ...read, approvalsRequired: 1 }));
  const way = await found({ spoilDeps, requests: [request({ approvalsRequired: 2 })] });
  expect(way).toContain('what was asked for stays: approvalsRequired');
  expect(
    await found({ spoilDeps, requests: [request({ approvalsRequired: 2 })], unchecked: ['store'] }),
  ).toContain('enough different people have approved');
});

test('a replica that believes what tracking does not say', async () => {
  const spoilDeps = (deps: Deps): Deps => ({
    ...deps,
    gateway: {
      ...deps.gateway,
      async track(linkId) {
        const link = await deps.gateway.track(linkId);
        return deps.clock() > request().requestedAt ? { ...link, status: 'CANCELLED' } : link;
      },
    },
  });
  expect(await found({ spoilDeps })).toContain('executed is said only of a link that is CANCELLED');
});

test('a replica that forgets when to look again: a path that never settles', async () => {
  const spoilDeps = saving((after) => ({ ...after, wakeAt: undefined }));
  const crash = { spoilDeps, budget: { ...TWO.budget, breaks: 1 } };
  expect(await found(crash)).toContain('whatever is unfinished is looked at again');
  const way = await found({ ...crash, unchecked: ['store'] });
  expect(way).toContain('every path ends settled');
});

test('a job that does nothing and finds that enough: it goes round for ever', async () => {
  const idle = saving((after) => after);
  expect(await found({ spoilDeps: idle })).toMatch(/^nothing/);
  const spoilDeps = (deps: Deps): Deps => ({
    ...deps,
    // The job's own changes are never taken, and it does not notice.
    store: requests((real) => ({
      save: async (before, after, rows, messages) =>
        after.status === 'unknown' ? true : real.save(before, after, rows, messages),
    }))(deps.store),
  });
  expect(await found({ spoilDeps, unchecked: ['store'] })).toContain('no path goes round for ever');
});

test('a replica that takes the time of the job for that of the decision: a call hours later', async () => {
  const spoilDeps = (deps: Deps): Deps => ({
    ...deps,
    store: requests((real) => ({
      async find(id) {
        const read = await real.find(id);
        return read?.status === 'approved' ? { ...read, decidedAt: deps.clock() } : read;
      },
    }))(deps.store),
  });
  const way = await found({ spoilDeps, budget: { ...TWO.budget, breaks: 1 }, unchecked: ['store'] });
  expect(way).toContain('no call later than half an hour after the decision');
});

test('a replica that believes the amount to be the one that was approved', async () => {
  const spoilDeps = (deps: Deps): Deps => ({
    ...deps,
    gateway: {
      ...deps.gateway,
      track: async (linkId) => ({
        ...(await deps.gateway.track(linkId)),
        amountPaise: request().amountPaise,
      }),
    },
  });
  const way = await found({ spoilDeps, budget: { ...TWO.budget, amounts: 1 } });
  expect(way).toContain('no call for another amount than the approved one');
});

test('a replica that does not ask again who the earlier approvers are', async () => {
  const spoilDeps = (deps: Deps): Deps => ({
    ...deps,
    directory: {
      ...deps.directory,
      async person(userId) {
        const person = await deps.directory.person(userId);
        return userId === CHECKER.userId ? 'member' : person;
      },
    },
  });
  const both = request({ approvalsRequired: 2 });
  const way = await found({ spoilDeps, requests: [both], budget: { ...TWO.budget, rights: 1 } });
  expect(way).toContain('an approval of somebody who had lost the right');
});

const LENT = { userId: CHECKER.userId, deputyId: 'U_DEPUTY', since: 0, until: Infinity };
const BY_DEPUTY: Partial<WorldOptions> = {
  clicks: [click(LENT.deputyId, 'approve'), click(SECOND.userId, 'approve')],
  requests: [request({ approvalsRequired: 2 })],
  lent: [LENT],
  budget: { ...TWO.budget, rights: 1 },
  outcomes: ['done'],
};

test('deputies, as Payout Desk is', async () => {
  expect(await found(BY_DEPUTY)).toMatch(/^nothing in \d{3,} states$/);
});

test('a replica that does not look again whether a right is still lent', async () => {
  const spoilDeps = (deps: Deps): Deps => ({
    ...deps,
    store: { ...deps.store, delegations: { ...deps.store.delegations, active: async () => [LENT] } },
  });
  const way = await found({ ...BY_DEPUTY, spoilDeps: (deps) => withoutHolding(spoilDeps(deps)) });
  expect(way).toContain('a lent right that had ended before the last approval was stored');
});

test('a store that does not look whether the right holds as it stores what was decided by it', async () => {
  const way = await found({ ...BY_DEPUTY, spoilDeps: withoutHolding });
  expect(way).toContain('a lent right that had ended before the last approval was stored');
});

test('a replica that calls whenever it wakes up: after its lease', async () => {
  const spoilDeps = (deps: Deps): Deps => ({
    ...deps,
    gateway: { ...deps.gateway, cancel: async (linkId) => deps.gateway.cancel(linkId, Infinity) },
  });
  const way = await found({ spoilDeps });
  expect(way).toMatch(/no call after the lease of its holder|no call while the outcome is looked up/);
});

test('a replica that does not know its own claim after a lost COMMIT: a day of waiting', async () => {
  const spoilDeps = reading((read) => ({ ...read, holder: undefined }));
  const way = await found({ spoilDeps, budget: { ...TWO.budget, breaks: 1 }, unchecked: ['store'] });
  expect(way).toContain('a lost COMMIT ends in the call or in an honest request put back');
});

test('a store that says yes and keeps nothing', async () => {
  const spoilStore = requests(() => ({ save: async () => true }));
  expect(await found({ spoilStore })).toContain('kept as it was made');
});

test('a rule that forgets to tell the requester how it ended', async () => {
  const spoilDeps = (deps: Deps): Deps => ({
    ...deps,
    store: requests((real) => ({ save: (before, after, rows) => real.save(before, after, rows, []) }))(
      deps.store,
    ),
  });
  expect(await found({ spoilDeps })).toContain('each step adds the messages that people need');
});

test('a store that keeps the change and drops its outbox row', async () => {
  const spoilStore = requests((real) => ({
    save: (before, after, rows) => real.save(before, after, rows, []),
  }));
  expect(await found({ spoilStore })).toContain('the outbox holds the messages of a stored step');
});

test('a store that keeps the change and drops its audit row', async () => {
  const spoilStore = requests((real) => ({
    save: (before, after, _rows, messages) => real.save(before, after, [], messages),
  }));
  expect(await found({ spoilStore })).toContain('each change leaves one audit row');
});

test('what R9 leaves open: a link seen PROCESSING comes back, and a call thought lost arrives after all', async () => {
  const race = { budget: { ...TWO.budget, moves: 2 } };
  expect(await found(race)).toMatch(/^nothing/);
  const way = await found({ ...race, strict: true });
  expect(way).toContain('refused is not said of a link that Payout Desk has cancelled');
  for (const step of ['cancel: unknown, not arrived', 'track: PROCESSING', 'the late call arrives']) {
    expect(way).toContain(step);
  }
});

const OF_TWO: Partial<WorldOptions> = {
  requests: [
    request({ approvalsRequired: 1 }),
    request({ id: `${BATCH_ID}-02`, batchId: BATCH_ID, linkId: OTHER, approvalsRequired: 1 }),
  ],
  clicks: [click(CHECKER.userId, 'approve', [OTHER]), click(SECOND.userId, 'reject')],
  outcomes: ['done'],
};

test('two links in one request, as Payout Desk is', async () => {
  expect(await found(OF_TWO)).toMatch(/^nothing in \d{3,} states$/);
});

test('a replica that decides on a part of what was requested together', async () => {
  const spoilDeps = savingAll((changes) => changes.slice(0, 1));
  expect(await found({ ...OF_TWO, spoilDeps })).toContain('what waits is decided as a whole');
  const way = await found({ ...OF_TWO, spoilDeps, unchecked: ['store'] });
  expect(way).toMatch(/a link that was left out is rejected|that was answered with yes is in the record/);
});

test('a replica that cancels a link that was left out', async () => {
  const executes = click(CHECKER.userId, 'approve', [OTHER]);
  const stubborn: Click = {
    ...executes,
    program: async (deps) => {
      const told = await executes.program(deps);
      const batch = await findBatch(deps, BATCH_ID);
      const out = batch.requests.find(({ linkId, status }) => linkId === OTHER && status === 'rejected');
      if (out) await executeCancel(deps, { ...out, status: 'approved', decidedAt: NOON });
      return told;
    },
  };
  const clicks = [stubborn, click(SECOND.userId, 'reject')];
  expect(await found({ ...OF_TWO, clicks })).toContain('a final state is never left');
  const way = await found({ ...OF_TWO, clicks, unchecked: ['store'] });
  expect(way).toMatch(/enough different people have approved|a link that was left out is rejected/);
});

test('a replica that approves what the approver left out', async () => {
  const spoilDeps = savingAll((changes) =>
    changes.map(({ before, after, audit }) => {
      const [other] = changes.filter((one) => one.after.status === 'approved');
      if (after.closedReason !== LEFT_OUT || !other) return { before, after, audit };
      const { approvals, decidedAt, wakeAt } = other.after;
      return {
        before,
        after: { ...before, version: after.version, status: 'approved', approvals, decidedAt, wakeAt },
        audit,
      };
    }),
  );
  const way = await found({ ...OF_TWO, spoilDeps, unchecked: ['store'] });
  expect(way).toContain('a link that was left out is rejected');
});

/** What is saved is saved whatever became of the right it was decided by. */
function withoutHolding(deps: Deps): Deps {
  const { requests: real } = deps.store;
  return {
    ...deps,
    store: {
      ...deps.store,
      requests: { ...real, save: (changes, messages) => real.save(changes, messages) },
    },
  };
}

/** What is saved together is changed on the way. */
function savingAll(
  change: (changes: readonly RequestChange[]) => readonly RequestChange[],
): (deps: Deps) => Deps {
  return (deps) => {
    const { requests: real } = deps.store;
    return {
      ...deps,
      store: {
        ...deps.store,
        requests: {
          ...real,
          save: (changes, messages, holding) => real.save(change(changes), messages, holding),
        },
      },
    };
  };
}

/** What is read from the store is changed on the way. */
function reading(change: (read: CancelRequest) => CancelRequest): (deps: Deps) => Deps {
  return (deps) => ({
    ...deps,
    store: requests((real) => ({
      async find(id) {
        const read = await real.find(id);
        return read && change(read);
      },
    }))(deps.store),
  });
}

/** What is saved is changed on the way. */
function saving(change: (after: CancelRequest) => CancelRequest): (deps: Deps) => Deps {
  return (deps) => ({
    ...deps,
    store: requests((real) => ({
      save: (before, after, rows, messages) => real.save(before, change(after), rows, messages),
    }))(deps.store),
  });
}
