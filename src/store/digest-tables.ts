/** Owns the tables of what digests told, as TypeScript sees them. */

/** What the last posted digest of a schedule told, and what the one that waits to be posted tells, as JSON. */
export interface DigestStateTable {
  schedule_id: string;
  told: string | null;
  /** NULL while no digest waits. */
  next: string | null;
}

/** One open link of it; at most 20,000 a schedule. A link that is not open any more is deleted once that was told. */
export interface DigestLinkTable {
  schedule_id: string;
  link_id: string;
  /** NULL until the first digest with it is posted. */
  status: string | null;
  /** Once the digest that waits is posted; NULL: as it is. */
  next_status: string | null;
}
