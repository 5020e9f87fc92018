/** Owns when a walk over the list ends, starts over or goes on, and whether it is complete (R2). Knows no HTTP. */

import { createByteColumn, createLinkTable } from '../payouts/links/link-table.ts';
import type { SpillFile } from '../payouts/links/spill.ts';
import type { WalkEnd } from '../payouts/links/page.ts';

/** What one page says about the list. */
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

/** R2: passes after the first one, when the count moved or records were missing. */
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

/** Counts what a walk reads, over all its passes. */
function createTally(spill: SpillFile | undefined) {
  const links = createLinkTable(spill);
  /** Of every link, the pass that read it last: one table serves the merge and the pass. */
  const lastReadIn = createByteColumn(spill);
  let passNumber = 1;
  let highestCount: number | undefined;
  let pass = newPass();
  const inPass = (): number => pass.linksRead + pass.unreadable.size;
  const recordsRead = (): number => links.size() + pass.unreadable.size;

  return {
    /** The pass under way. */
    pass: (): Readonly<Pass> => pass,
    /** The most records InstantPay counted; undefined when it counted none. */
    highestCount: () => highestCount,
    linksRead: () => links.size(),
    /** Readable and unreadable ones; each link once, in whatever pass it was read. */
    recordsRead,
    isComplete: () => highestCount !== undefined && recordsRead() >= highestCount,
    /** This pass read exactly as many records as InstantPay counts. */
    isPassComplete: () => inPass() === highestCount,

    nextPass(): void {
      passNumber += 1;
      pass = newPass();
    },

    /** Returns how many records this pass had not read before. */
    take({ linkIds, unreadableKeys, totalRecords, totalPages }: PageFacts): number {
      pass.pagesRead += 1;
      if (totalRecords !== undefined) {
        highestCount = Math.max(highestCount ?? 0, totalRecords);
        pass.countMoved ||= pass.totalRecords !== undefined && pass.totalRecords !== totalRecords;
        pass.totalRecords = totalRecords;
      }
      pass.totalPages = totalPages ?? pass.totalPages;
      const before = inPass();
      for (const linkId of linkIds) {
        const link = links.numberOf(linkId);
        if (lastReadIn.get(link) === passNumber) continue;
        lastReadIn.set(link, passNumber);
        pass.linksRead += 1;
      }
      for (const key of unreadableKeys) pass.unreadable.add(key);
      return inPass() - before;
    },

    sawPageOf(records: number): void {
      pass.largestPage = Math.max(pass.largestPage, records);
    },
  };
}

/** Why a walk is incomplete, as people read it. */
export const WALK_PROBLEMS = {
  missing: (reported: number, read: number) =>
    `InstantPay reports ${counted(reported, 'link')}, ${were(read)} read.`,
  moved: 'The list changed during each attempt to read it.',
  unreadable: (records: number) => `InstantPay returned ${counted(records, 'record')} that cannot be read.`,
  otherPage: (received: number, asked: number) =>
    `InstantPay returned page ${received} instead of page ${asked}.`,
} as const;

/** `maxPages`: a walk that gets there is incomplete. `spill`: where its table of links goes. */
export function createWalkState(maxPages: number, spill?: SpillFile) {
  const tally = createTally(spill);
  let extraWalks = 0;

  const ended = (reason?: string): WalkEnd => ({
    complete: reason === undefined,
    reason,
    pagesRead: tally.pass().pagesRead,
    recordsRead: tally.linksRead(),
  });

  function startOver(): 'again' {
    tally.nextPass();
    return 'again';
  }

  /** The list has no more pages: it is complete, read again, or incomplete. */
  function atEnd(): Verdict {
    const { countMoved, unreadable } = tally.pass();
    const highestCount = tally.highestCount();
    const missing = highestCount !== undefined && !tally.isComplete();
    if ((missing || countMoved) && extraWalks < EXTRA_WALKS) {
      extraWalks += 1;
      return startOver();
    }
    const reasons: string[] = [];
    if (missing) reasons.push(WALK_PROBLEMS.missing(highestCount, tally.recordsRead()));
    // R2: what was read may hold links that have left the list since.
    else if (countMoved) reasons.push(WALK_PROBLEMS.moved);
    if (unreadable.size > 0) reasons.push(WALK_PROBLEMS.unreadable(unreadable.size));
    return ended(reasons.length === 0 ? undefined : reasons.join(' '));
  }

  /** A page without records, or with none that this pass had not read before. */
  function nothingNew({ pageNumber, recordsReceived }: PageFacts): Verdict {
    const { totalPages = 0 } = tally.pass();
    const isCounted = tally.highestCount() !== undefined;
    if (recordsReceived === 0) {
      return !isCounted && totalPages > pageNumber
        ? ended(`InstantPay reports ${totalPages} pages, page ${pageNumber} was empty.`)
        : atEnd();
    }
    // InstantPay repeats its last page past the end, or ignores the page number.
    return isCounted ? atEnd() : ended(`InstantPay returned the same links again as page ${pageNumber}.`);
  }

  /** Whether this page ends the list, as far as InstantPay's counts or, without any, its length tell. */
  function isLast({ pageNumber, recordsReceived }: PageFacts): boolean {
    const { totalPages, largestPage } = tally.pass();
    // More than InstantPay counts: its count is wrong, so it is no end.
    if (totalPages !== undefined && pageNumber >= totalPages && tally.isPassComplete()) return true;
    if (tally.highestCount() !== undefined || recordsReceived >= largestPage) return false;
    return totalPages === undefined || totalPages <= pageNumber;
  }

  return {
    startOver,

    read(page: PageFacts): Verdict {
      const { pageNumber, currentPage, recordsReceived } = page;
      const fresh = tally.take(page);
      if (recordsReceived === 0 || fresh === 0) return nothingNew(page);
      if (currentPage !== undefined && currentPage !== pageNumber) {
        return ended(WALK_PROBLEMS.otherPage(currentPage, pageNumber));
      }
      if (isLast(page)) return atEnd();
      tally.sawPageOf(recordsReceived);
      if (pageNumber >= maxPages) {
        return ended(`The list is longer than ${counted(maxPages, 'page')}, the limit of one search.`);
      }
      return 'next';
    },

    /** The page could not be read, after its retries. */
    failed(pageNumber: number, reason: string): Verdict {
      const { totalPages } = tally.pass();
      const isPastEnd = tally.isPassComplete() || (totalPages !== undefined && pageNumber > totalPages);
      return isPastEnd && tally.isComplete() ? atEnd() : ended(reason);
    },

    /** The last page worth prefetching. */
    lastExpected(): number {
      const { totalPages = Infinity, totalRecords = Infinity, largestPage } = tally.pass();
      return Math.min(totalPages, Math.ceil(totalRecords / Math.max(1, largestPage)));
    },
  };
}

export type WalkState = ReturnType<typeof createWalkState>;

function counted(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`;
}

function were(amount: number): string {
  return `${amount} ${amount === 1 ? 'was' : 'were'}`;
}
