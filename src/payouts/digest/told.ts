/** Owns what a digest told, as the next one is compared with it. */

/** What a digest told of a link that was open then. */
export const TOLD_STATUSES = ['issued', 'processing', 'stuck'] as const;
export type ToldStatus = (typeof TOLD_STATUSES)[number];

export interface ToldLink {
  linkId: string;
  status: ToldStatus;
}

/** What the last posted digest of a schedule told: what the next one is compared with. */
export interface ToldState {
  /** As of when its list was read. */
  at: number;
  /** The filter of its purposes: another one tells of other links. */
  purpose: string | undefined;
  /** By link ID, of the links that were open. */
  links: ReadonlyMap<string, ToldStatus>;
}

/**
 * What the state becomes once the digest is posted. It is pending until then: of a digest that is given up nothing was told,
 * so the next one tells it.
 */
export interface StateChange {
  at: number;
  purpose: string | undefined;
  /** False: too many links are open, so nothing is kept and the next digest compares with nothing. */
  isKept: boolean;
  /** Drops every link that is not in `set`. */
  replaces: boolean;
  /** New ones, and those with another status. */
  set: readonly ToldLink[];
  gone: readonly string[];
}
