/** Owns how many records a page of a walk has: as many as InstantPay was last seen to allow (R2). */

/** The published sample's: no smaller page is asked for. */
const SMALLEST = 10;

export function smallerPage(recordsPerPage: number): number {
  return Math.max(Math.min(SMALLEST, recordsPerPage), Math.floor(recordsPerPage / 2));
}

/** Shared by all walks of a client, so that a refused size is asked for once and not at every walk. */
export function createPageSize(first: number, onReduced: (from: number, to: number) => void) {
  let recordsPerPage = first;
  return {
    current: (): number => recordsPerPage,
    /** Only what worked is remembered: a filter that is refused says nothing about the size. */
    remember(worked: number): void {
      if (worked >= recordsPerPage) return;
      onReduced(recordsPerPage, worked);
      recordsPerPage = worked;
    },
  };
}

export type PageSize = ReturnType<typeof createPageSize>;
