/** Owns a CSV file of links on disk: its header, then the lines that a walk collects. */

import type { LinkLines } from '../payouts/links/collect.ts';
import type { Scratch, ScratchFile } from '../scratch.ts';
import { linksCsvHeader, linksCsvRows } from '../slack/views/links-csv.ts';

export type LinkFile = LinkLines & Pick<ScratchFile, 'content' | 'remove'>;

export async function openLinkFile(scratch: Scratch, now: number): Promise<LinkFile> {
  const file = await scratch.create();
  await file.write(linksCsvHeader());
  return {
    add: (links, environment) => file.write(linksCsvRows(links, environment, now)),
    // The first line is the header.
    drop: (isReplaced) => file.dropLines((index) => index > 0 && isReplaced(index - 1)),
    content: () => file.content(),
    remove: () => file.remove(),
  };
}
