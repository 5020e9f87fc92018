/** Owns when a walk over the list ends, starts over or goes on, and whether it was whole (R2). Knows no HTTP. */

import type { WalkEnd } from '../payouts/links/page.ts';

/** What a page tells about the walk. */
export interface PageFacts {
  /** The page that was asked for, from 1. */
  pageNumber: number;
  /** The page InstantPay says it sent. */
  currentPage: number | undefined;
  recordsReceived: number;
  /** The ids of its readable records, whether they answer the filter or not. */
  linkIds: readonly string[];
  /** One key for each record that cannot be read; the same record has the same key when it comes again. */
  unreadableKeys: readonly string[];
  totalRecords: number | undefined;
  totalPages: number | undefined;
}

/** `next`: ask for the next page. `again`: start over at page 1; what was read counts on. */
export type Verdict = 'next' | 'again' | WalkEnd;

/** R2: walks after the first one, when the count moved or records were missing. */
const EXTRA_WALKS = 2;

interface Pass {
  pagesRead: number;
  linksRead: number;
  unreadable: Set<string>;
  largestPage: number;
  totalRecords: number | undefined;
  totalPages: number | undefined;
  /** Two of its pages reported different counts. */
  countMoved: boolean;
}

const newPass = (): Pass => ({
  pagesRead: 0,
  linksRead: 0,
  unreadable: new Set(),
  largestPage: 0,
  totalRecords: undefined,
  totalPages: undefined,
  countMoved: false,
});

export function createWalkState(maxPages: number) {
  /** Every link read, with the pass that read it last: one map serves the merge and the pass. */
  const lastReadIn = new Map<string, number>();
  let passNumber = 1;
  let extraWalks = 0;
  let highestCount: number | undefined;
  let pass = newPass();

  const recordsRead = (): number => lastReadIn.size + pass.unreadable.size;
  const everythingCounted = (): boolean => highestCount !== undefined && recordsRead() >= highestCount;

  const ended = (reason?: string): WalkEnd => ({
    complete: reason === undefined,
    reason,
    pagesRead: pass.pagesRead,
    recordsRead: lastReadIn.size,
  });

  function startOver(): 'again' {
    passNumber += 1;
    pass = newPass();
    return 'again';
  }

  /** The list has no more to give: whole, worth another walk, or incomplete. */
  function atEnd(): Verdict {
    const missing = highestCount !== undefined && !everythingCounted();
    if ((missing || pass.countMoved) && extraWalks < EXTRA_WALKS) {
      extraWalks += 1;
      return startOver();
    }
    const reasons: string[] = [];
    if (missing)
      reasons.push(`InstantPay reports ${counted(highestCount ?? 0, 'link')}, ${were(recordsRead())} read.`);
    // R2: what was read may hold links that have left the list since.
    else if (pass.countMoved) reasons.push('The list changed each time it was read.');
    if (pass.unreadable.size > 0)
      reasons.push(`InstantPay sent ${counted(pass.unreadable.size, 'record')} that cannot be read.`);
    return ended(reasons.length === 0 ? undefined : reasons.join(' '));
  }

  /** Returns how many records this pass had not seen before. */
  function take({ linkIds, unreadableKeys }: PageFacts): number {
    const before = pass.linksRead + pass.unreadable.size;
    for (const linkId of linkIds) {
      if (lastReadIn.get(linkId) === passNumber) continue;
      lastReadIn.set(linkId, passNumber);
      pass.linksRead += 1;
    }
    for (const key of unreadableKeys) pass.unreadable.add(key);
    return pass.linksRead + pass.unreadable.size - before;
  }

  function hear({ totalRecords, totalPages }: PageFacts): void {
    if (totalRecords !== undefined) {
      highestCount = Math.max(highestCount ?? 0, totalRecords);
      pass.countMoved ||= pass.totalRecords !== undefined && pass.totalRecords !== totalRecords;
      pass.totalRecords = totalRecords;
    }
    pass.totalPages = totalPages ?? pass.totalPages;
  }

  return {
    startOver,

    read(page: PageFacts): Verdict {
      const { pageNumber, currentPage, recordsReceived } = page;
      pass.pagesRead += 1;
      hear(page);
      const fresh = take(page);
      if (recordsReceived === 0) {
        const more = highestCount === undefined && (pass.totalPages ?? 0) > pageNumber;
        return more
          ? ended(`InstantPay reports ${pass.totalPages} pages, page ${pageNumber} was empty.`)
          : atEnd();
      }
      if (fresh === 0) {
        // InstantPay repeats its last page past the end, or takes no notice of the page number.
        return highestCount === undefined
          ? ended(`InstantPay sent the same links again as page ${pageNumber}.`)
          : atEnd();
      }
      if (currentPage !== undefined && currentPage !== pageNumber) {
        return ended(`InstantPay sent page ${currentPage} when page ${pageNumber} was asked for.`);
      }
      const isLast = pass.totalPages !== undefined && pageNumber >= pass.totalPages;
      // More than InstantPay counts: its count is wrong, so it is no end.
      if (isLast && pass.linksRead + pass.unreadable.size === highestCount) return atEnd();
      if (highestCount === undefined && recordsReceived < pass.largestPage && !isBefore(pass, pageNumber)) {
        return atEnd();
      }
      pass.largestPage = Math.max(pass.largestPage, recordsReceived);
      if (pageNumber >= maxPages) {
        return ended(`The list goes on after ${counted(maxPages, 'page')}, the limit for one walk.`);
      }
      return 'next';
    },

    /** The page could not be read, after its retries. */
    failed(pageNumber: number, reason: string): Verdict {
      const isPastEnd =
        pass.linksRead + pass.unreadable.size === highestCount ||
        (pass.totalPages !== undefined && pageNumber > pass.totalPages);
      return isPastEnd && everythingCounted() ? atEnd() : ended(reason);
    },

    /** The last page worth asking for ahead of its turn. */
    lastExpected(): number {
      const byPages = pass.totalPages ?? Infinity;
      const byCount = (pass.totalRecords ?? Infinity) / Math.max(1, pass.largestPage);
      return Math.min(byPages, Math.ceil(byCount));
    },
  };
}

export type WalkState = ReturnType<typeof createWalkState>;

/** InstantPay's number of pages says that more follow. */
function isBefore({ totalPages }: Pass, pageNumber: number): boolean {
  return totalPages !== undefined && totalPages > pageNumber;
}

function counted(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`;
}

function were(amount: number): string {
  return `${amount} ${amount === 1 ? 'was' : 'were'}`;
}
