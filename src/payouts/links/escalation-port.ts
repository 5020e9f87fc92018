/** Owns what telling of stuck links needs from the store: types alone. Instants are epoch milliseconds in UTC. */

import type { OutboxMessage } from '../digest/port.ts';
import type { Tells, TellingStage } from './telling.ts';

/** When a link was told of last; undefined: not in this stage. */
export type ToldAt = Readonly<Record<TellingStage, number | undefined>>;

export interface EscalationStore {
  /** Atomic: true for one replica, and for nobody else until `everyMs` have passed. */
  claimWalk(now: number, everyMs: number): Promise<boolean>;
  /** Of these links, what was told of them in the channel, or waits to be posted there. */
  told(channelId: string, linkIds: readonly string[]): Promise<Map<string, ToldAt>>;
  /**
   * Adds the message with what it tells of to the outbox. Compare-and-swap on each link: false, and nothing is stored, when
   * one of them was told of meanwhile.
   */
  tell(message: OutboxMessage & { tells: Tells }): Promise<boolean>;
  /** Removes what was told before this of links that are not known to be PROCESSING. */
  prune(before: number): Promise<void>;
}
