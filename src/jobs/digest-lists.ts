/**
 * Owns the lists that this process read for its digests, as files on disk until they are uploaded. They only save a second
 * walk: another replica, or this one after a restart, walks again.
 */

import { isPayoutDeskError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Deps } from '../payouts/deps.ts';
import type { DigestRun } from '../payouts/digest/run.ts';
import { type Collected, type Collecting, startCollecting } from '../payouts/links/collect.ts';
import type { LinkPage, WalkEnd } from '../payouts/links/page.ts';
import type { OpenSpill, SpillFile } from '../payouts/links/spill.ts';
import { HOUR_MS } from '../payouts/time.ts';
import type { Scratch } from '../scratch.ts';
import { type LinkFile, openLinkFile } from './link-file.ts';
import type { PayoutLink } from '../payouts/links/link.ts';

/** A digest is posted within its grace, which is an hour; after that the file is not waited for. */
const KEPT_MS = 3 * HOUR_MS;

/** A list that was read to its end. */
export interface ReadList extends Collected {
  readAt: number;
  file: LinkFile;
}

/** Takes the pages of one walk. Its methods never reject: a digest does not depend on its file. */
export interface ListWriter {
  add(page: LinkPage): Promise<void>;
  /** `isWhole`: the walk was read to its end. */
  end(isWhole: boolean): Promise<void>;
}

export interface DigestLists {
  begin(run: DigestRun, fits: (link: PayoutLink) => boolean): ListWriter;
  has(run: DigestRun): boolean;
  get(run: DigestRun): ReadList | undefined;
  /** It is uploaded, or given up. */
  drop(run: DigestRun): Promise<void>;
  /** Removes those whose digest was never posted. */
  prune(): Promise<void>;
}

const keyOf = ({ scheduleId, dueAt }: DigestRun): string => `${dueAt} ${scheduleId}`;

/** `openSpill`: where the places of a list's lines go, instead of memory. */
export function createDigestLists(
  scratch: Scratch,
  clock: () => number,
  log: Log,
  openSpill?: OpenSpill,
): DigestLists {
  const lists = new Map<string, ReadList>();

  const begin = (run: DigestRun, fits: (link: PayoutLink) => boolean): ListWriter => {
    let file: LinkFile | undefined;
    let collecting: Collecting | undefined;
    let spill: SpillFile | undefined;
    let isBroken = false;
    const readAt = clock();
    const close = (): void => {
      spill?.close();
      spill = undefined;
    };
    const attempt = async (work: () => Promise<void>): Promise<void> => {
      if (isBroken) return;
      try {
        await work();
      } catch (error) {
        if (!isPayoutDeskError(error)) throw error;
        isBroken = true;
        close();
        log.warn({ error }, 'list of a digest not written');
        await file?.remove();
      }
    };
    return {
      add: (page) =>
        attempt(async () => {
          file ??= await openLinkFile(scratch, readAt);
          spill ??= openSpill?.();
          collecting ??= startCollecting(file, fits, spill);
          await collecting.add(page);
        }),
      end: (isWhole) =>
        attempt(async () => {
          if (!file || !collecting) return;
          const collected = isWhole ? await collecting.end() : undefined;
          close();
          if (!collected) return file.remove();
          await lists.get(keyOf(run))?.file.remove();
          lists.set(keyOf(run), { ...collected, readAt, file });
        }),
    };
  };

  return {
    begin,
    has: (run) => lists.has(keyOf(run)),
    get: (run) => lists.get(keyOf(run)),
    async drop(run) {
      const list = lists.get(keyOf(run));
      lists.delete(keyOf(run));
      await list?.file.remove();
    },
    async prune() {
      for (const [key, { readAt, file }] of lists) {
        if (clock() - readAt < KEPT_MS) continue;
        lists.delete(key);
        await file.remove();
      }
    },
  };
}

/** Runs the walk whose pages the list takes; it ends with it, whatever comes of it. */
export async function endingWith<Result>(
  list: ListWriter,
  walk: () => Promise<Result>,
  isWhole: (result: Result) => boolean,
): Promise<Result> {
  let whole = false;
  try {
    const result = await walk();
    whole = isWhole(result);
    return result;
  } finally {
    await list.end(whole);
  }
}

/** The same, whose walks hand each page to the list as well. */
export function listing(deps: Deps, list: ListWriter): Deps {
  const { gateway } = deps;
  return { ...deps, gateway: { ...gateway, links: (filter) => handedOn(gateway.links(filter), list) } };
}

async function* handedOn(
  pages: AsyncGenerator<LinkPage, WalkEnd, void>,
  list: ListWriter,
): AsyncGenerator<LinkPage, WalkEnd, void> {
  let isOver = false;
  try {
    for (;;) {
      const next = await pages.next();
      isOver = next.done === true;
      if (next.done) return next.value;
      await list.add(next.value);
      yield next.value;
    }
  } finally {
    // The reader has enough.
    if (!isOver) await pages.return({ complete: false, reason: undefined, pagesRead: 0, recordsRead: 0 });
  }
}
