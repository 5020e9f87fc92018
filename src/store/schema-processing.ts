/** Owns the tables of what was told of stuck links, as TypeScript sees them. */

import type { TellingStage } from '../payouts/links/telling.ts';
import type { Instant } from './instant.ts';

/** What a message of the outbox told of a stuck link in a channel. */
export interface StuckTellingTable {
  channel_id: string;
  link_id: string;
  stage: TellingStage;
  since_at: Instant;
  told_at: Instant;
  /** It does not count when this message was given up. */
  message_id: string;
}

/** One row: when a replica last looked for stuck links. */
export interface StuckWalkTable {
  id: number;
  walked_at: Instant;
}
