/** Owns the operations on watches that are played on the memory and on the database. */

import * as fc from 'fast-check';
import type { Store } from '../../src/payouts/store.ts';
import { NOTHING_KNOWN } from '../../src/payouts/watches/watch.ts';
import { watchKey } from '../../src/store/watch-records.ts';
import { entry, MINUTE, NOON } from '../store/samples.ts';
import { heldMessage, heldWatch, newWatch, watcher, watchStep } from '../store/samples-watches.ts';

type MakeCommand<Command> = (name: string, told: unknown, run: (store: Store) => Promise<unknown>) => Command;

const instant = fc.integer({ min: 0, max: 3 }).map((minutes) => NOON + minutes * MINUTE);
const ms = fc.nat(9);
const limit = fc.integer({ min: 1, max: 3 });
const userId = fc.constantFrom('U_A', 'U_B');
const subject = fc.constantFrom(
  { kind: 'link' as const, linkId: 'l1' },
  { kind: 'transaction' as const, query: { externalRef: 'r1', date: '2026-11-20', aeps: false } },
);
const id = fc.constantFrom('w1', 'w2');
const token = fc.nat(3);

const held = fc
  .record({ subject, id, token })
  .map((given) => heldWatch({ ...given, key: watchKey(given.subject) }));
const message = fc.record({ id, token, userId, attempt: fc.nat(3) }).map((given) =>
  heldMessage({
    id: `${given.id} ${given.attempt} ${given.userId}`,
    token: given.token,
    userId: given.userId,
  }),
);
const step = fc.record({
  at: instant,
  dueAt: instant,
  facts: fc.constantFrom(NOTHING_KNOWN, { ...NOTHING_KNOWN, state: 'PROCESSING' as const, stateSince: NOON }),
  failing: fc.constantFrom(undefined, { since: NOON, told: false }, { since: NOON, told: true }),
  news: fc.constantFrom(undefined, undefined, 'final' as const, 'returned' as const, 'failing' as const),
  askedAt: fc.option(instant, { nil: undefined }),
});

export function watchCommands<Command>(command: MakeCommand<Command>): fc.Arbitrary<Command> {
  return fc.oneof(watching(command), looking(command), telling(command));
}

function watching<Command>(command: MakeCommand<Command>): fc.Arbitrary<Command> {
  return fc.oneof(
    fc
      .record({
        subject,
        id,
        dueAt: instant,
        userId,
        since: instant,
        until: instant,
        once: fc.boolean(),
        most: limit,
      })
      .map((given) =>
        command('watch', given, (store) =>
          store.watches.start(
            newWatch({ subject: given.subject, id: given.id, dueAt: given.dueAt }),
            watcher(given),
            { each: given.most, inAll: 3 },
            [entry({ action: 'watch.started', actorId: given.userId })],
          ),
        ),
      ),
    fc
      .record({ subject, userId })
      .map((given) =>
        command('stop watching', given, (store) =>
          store.watches.stop(given.subject, given.userId, [entry({ action: 'watch.stopped' })]),
        ),
      ),
    fc
      .record({ subject, userId })
      .map((given) =>
        command('is watching', given, (store) => store.watches.isWatching(given.subject, given.userId)),
      ),
    userId.map((given) => command('watched by', given, (store) => store.watches.watchedBy(given))),
    fc
      .record({ subject, at: instant })
      .map((given) => command('hurry', given, (store) => store.watches.hurry(given.subject, given.at))),
  );
}

function looking<Command>(command: MakeCommand<Command>): fc.Arbitrary<Command> {
  return fc.oneof(
    fc
      .record({ now: instant, limit })
      .map((given) => command('due watches', given, (store) => store.watches.due(given.now, given.limit))),
    fc
      .record({ subject, now: instant, ms })
      .map((given) =>
        command('claim watch', given, (store) =>
          store.watches.claim(watchKey(given.subject), given.now, given.ms),
        ),
      ),
    fc
      .record({ watch: held, now: instant, ms })
      .map(({ watch, ...given }) =>
        command('renew watch', { watch, ...given }, (store) =>
          store.watches.renew(watch, given.now, given.ms),
        ),
      ),
    fc
      .record({ watch: held, step })
      .map((given) =>
        command('settle watch', given, (store) => store.watches.settle(given.watch, watchStep(given.step))),
      ),
  );
}

function telling<Command>(command: MakeCommand<Command>): fc.Arbitrary<Command> {
  return fc.oneof(
    fc
      .record({ now: instant, limit })
      .map((given) =>
        command('due news', given, (store) => store.watches.dueMessages(given.now, given.limit)),
      ),
    fc
      .record({ message, now: instant, ms })
      .map((given) =>
        command('claim news', given, (store) =>
          store.watches.claimMessage(given.message.id, given.now, given.ms),
        ),
      ),
    fc
      .record({ message, now: instant, ms })
      .map((given) =>
        command('posting news', given, (store) => store.watches.posting(given.message, given.now, given.ms)),
      ),
    fc
      .record({ message, ts: fc.constantFrom('1.5', undefined), now: instant })
      .map((given) =>
        command('finish news', given, (store) => store.watches.finish(given.message, given.ts, given.now)),
      ),
    fc
      .record({ message, at: instant, maybe: fc.boolean() })
      .map((given) =>
        command('news later', given, (store) =>
          store.watches.tellLater(given.message, given.at, given.maybe),
        ),
      ),
    instant.map((given) => command('prune news', given, (store) => store.watches.prune(given))),
  );
}
