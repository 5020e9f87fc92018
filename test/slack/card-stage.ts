/** Owns a stage for the reconciler of cards: one stored request, its messages, and a Slack that a test can fail or hold. */

import { expect } from 'vitest';
import { createLog } from '../../src/log.ts';
import { freshCopy } from '../../src/payouts/cancel/messages.ts';
import type { CardCopy } from '../../src/payouts/cancel/ports.ts';
import type { CancelRequest, MessagePurpose } from '../../src/payouts/cancel/request.ts';
import { type ApprovalCards, createApprovalCards } from '../../src/slack/card-sync.ts';
import { createMessenger } from '../fakes/messenger.ts';
import { CHECKER, type DepsOptions, MAKER, makeDeps } from '../payouts/setup.ts';
import { entry, next, request } from '../store/samples.ts';

export const LEASE_MS = 30_000;
export const CHANNEL = 'C_APPROVALS';

/** A purpose, in its usual place or in another. */
type Wanted = MessagePurpose | [MessagePurpose, string];
type Call = Parameters<ReturnType<typeof createMessenger>['hold']>[1];

/** Where the messages to one person go. */
const DIRECT: Partial<Record<MessagePurpose, string>> = {
  outcome: MAKER.userId,
  approver: CHECKER.userId,
};

export type CardStage = ReturnType<typeof openCardStage>;

export function openCardStage(options: DepsOptions = {}) {
  const deps = makeDeps(options);
  const slack = createMessenger();
  const lines: Record<string, unknown>[] = [];
  const replica = (): ApprovalCards =>
    createApprovalCards(
      deps,
      slack.messenger,
      createLog('trace', [], { write: (line) => void lines.push(JSON.parse(line)) }),
      LEASE_MS,
    );
  const unposted = (wanted: Wanted): CardCopy => {
    const [purpose, channelId] = Array.isArray(wanted) ? wanted : [wanted, DIRECT[wanted] ?? CHANNEL];
    return freshCopy(`copy-${purpose}`, stage.now.id, purpose, channelId);
  };
  const stage = {
    deps,
    slack,
    lines,
    /** The request as it is stored. */
    now: request(),
    replica,
    sync: () => replica().sync(stage.now.id),
    /** Stores the request with these messages, the card alone by default. */
    open: async (...messages: Wanted[]): Promise<void> => {
      const copies = (messages.length > 0 ? messages : ['request' as const]).map(unposted);
      await deps.store.requests.open([stage.now], [entry()], copies);
    },
    /** The next version of the request, and the messages that come with it. */
    move: async (change: Partial<CancelRequest>, ...messages: Wanted[]): Promise<void> => {
      const after = next(stage.now, change);
      expect(
        await deps.store.requests.save(
          [{ before: stage.now, after: after, audit: [] }],
          messages.map(unposted),
        ),
      ).toBe(true);
      stage.now = after;
    },
    reject: () => stage.move({ status: 'rejected', closedBy: 'U_CHECKER', closedReason: 'Not a duplicate' }),
    texts: () => slack.standing.map(({ message }) => JSON.stringify(message)),
    copy: async (purpose: MessagePurpose = 'request') =>
      (await deps.store.cards.of(stage.now.id)).find((one) => one.purpose === purpose),
    line: (msg: string) => lines.find((one) => one['msg'] === msg),
    count: (call: Call) => slack.calls.filter((made) => made === call).length,
    /** Every such call fails. */
    refuse: (call: Call, error: Error): void => {
      slack.before = (made) => {
        if (made === call) throw error;
      };
    },
    refuseOnce: (call: Call, error: Error): void => slack.failOnce('before', error, call),
    /**
     * Freezes a replica before or after its next such call in the channel, its next post by default; its lease ends
     * meanwhile. Returns what lets it go on.
     */
    freeze: async (moment: 'before' | 'after' = 'before', call: Call = 'message') => {
      const { reached, release } = slack.hold(moment, call, CHANNEL);
      const work = stage.sync();
      await reached;
      deps.time.now += LEASE_MS;
      return async () => {
        release();
        await work;
      };
    },
  };
  return stage;
}
