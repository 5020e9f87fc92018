/** Owns what a message tells of stuck links: types alone. Instants are epoch milliseconds in UTC. */

/** `first`: told once that it is stuck. `again`: told once more, to those who are mentioned by name. */
export type TellingStage = 'first' | 'again';

/** A link that a message tells of. */
export interface Telling {
  linkId: string;
  stage: TellingStage;
  /** From when on it is PROCESSING: a link that is claimed again later is told of again. */
  since: number;
}

/** What a message of the outbox tells of, stored with it in one transaction. It does not count once the message is given up. */
export interface Tells {
  at: number;
  links: readonly Telling[];
}
