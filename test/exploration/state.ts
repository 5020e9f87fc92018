/** Owns what the explored world is: its options, its state as plain data, and the small changes of it. */

import type { CancelRequest } from '../../src/payouts/cancel/request.ts';
import type { Delegation } from '../../src/payouts/delegation-port.ts';
import type { Deps } from '../../src/payouts/deps.ts';
import type { LinkStatus } from '../../src/payouts/links/link.ts';
import type { Store } from '../../src/payouts/store.ts';
import type { Click } from './programs.ts';

export interface WorldOptions {
  /** The requests of the batch when the exploration begins: one, or several that are decided together. */
  requests: readonly [CancelRequest, ...CancelRequest[]];
  /** One click for each replica, in that order. */
  clicks: readonly Click[];
  /** Rights of approvers that are lent to deputies as the exploration begins. */
  lent?: readonly Delegation[];
  /** How often each may happen on one path. */
  budget: Budget;
  /** Whether time passes before the decision: the nudge, the expiry. */
  ageing: boolean;
  /** Whether a request may also be taken up in the last second before its decision is too old. */
  lastSecond?: boolean;
  /** After so many look-ups of an unknown outcome the next is the one a day later, which is the last. */
  lookUps: number;
  /** What the cancel call may come to. */
  outcomes: readonly Outcome[];
  /** How far each replica's clock is ahead. */
  skewMs: readonly number[];
  /** Holds Payout Desk to more than R9 does, see checkEnd. */
  strict?: boolean;
  /** Promises not looked at, so that it is seen what a broken replica comes to and not its first wrong step. */
  unchecked?: readonly ('store' | 'told' | 'unsent' | 'holder')[];
  /** Broken on purpose, to prove that it would be found. */
  spoilStore?: (store: Store) => Store;
  spoilDeps?: (deps: Deps) => Deps;
}

export type Amount = 'asked' | 'other' | 'unreadable';

export interface Budget {
  /** A replica dies, or the store or Slack's directory fails an operation. */
  breaks: number;
  /** The link changes by itself upstream. */
  moves: number;
  /** Tracking fails, or the call cannot be sent. */
  troubles: number;
  /** A holder is frozen between its claim and its call, until it must no longer call. */
  freezes: number;
  /** Somebody who decides loses the right to, or a right that was lent ends. */
  rights: number;
  /** The link's amount changes, or cannot be read. */
  amounts: number;
  /** The store's answer arrives late, as InstantPay's always may. */
  late: number;
  /** The job starts while somebody is at the request. On its own it may start without end. */
  wakings: number;
}

export type Outcome =
  | 'done'
  | 'refused'
  | 'verify, done'
  | 'verify, not done'
  | 'unknown, done'
  | 'unknown, not arrived'
  | 'not_sent';

/** One link upstream, and what was sent for it. */
export interface LinkState {
  status: LinkStatus;
  amount: Amount;
  /** A cancel call that was sent, got no answer, and may still arrive at InstantPay. */
  flying: boolean;
  /** Cancel calls that left the machine, and those that took effect. */
  sent: number;
  executed: number;
  /** When its request was approved, by the true time and whatever its record says. */
  decidedAt: number | undefined;
}

/** Everything that decides what can happen from here on. */
export interface State {
  /** The stored batch, by number. */
  record: number;
  /** In the order of the batch. */
  links: readonly LinkState[];
  now: number;
  /** Who lost the right to decide, and who of them while the request still waited. */
  gone: readonly string[];
  goneEarly: readonly string[];
  /** Whether the rights of deputies are lent still, and whether they ended while the request still waited. */
  lent: boolean;
  lentEndedEarly: boolean;
  /** A process died, or the store failed twice: what it alone knew is lost. */
  died: boolean;
  left: Budget;
  actors: readonly Actor[];
}

export interface Actor {
  /** Where it is; GONE when it was dropped or is done, or, for a job, while it waits for its turn. */
  at: number;
  /** The answer that is there and was not taken yet, by number; NONE: the operation has not happened. */
  holds: number;
  /** Set once the person was told that their decision is stored. */
  told: 'decided' | undefined;
}

export const GONE = -1;
export const NONE = -1;

export interface Move {
  label: string;
  to: State;
}

export function spend(state: State, what: keyof Budget): State {
  return { ...state, left: { ...state.left, [what]: state.left[what] - 1 } };
}

export function actorAt(state: State, index: number): Actor {
  const actor = state.actors[index];
  if (!actor) throw new Error(`There is no actor ${index}.`);
  return actor;
}

export function linkAt({ links }: State, index: number): LinkState {
  const link = links[index];
  if (!link) throw new Error(`There is no link ${index}.`);
  return link;
}

export function withLink(state: State, index: number, changes: Partial<LinkState>): State {
  return { ...state, links: state.links.with(index, { ...linkAt(state, index), ...changes }) };
}

export function withActor(state: State, index: number, actor: Actor): State {
  return { ...state, actors: state.actors.with(index, actor) };
}
