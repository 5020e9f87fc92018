/** Owns the purpose filter of a digest. */

import type { PayoutLink } from '../links/link.ts';
import { fold } from '../links/match.ts';

/** Whether a link’s purpose contains the text, compared as a search does: without case, spaces and forms of letters. */
export function purposeFilter(purpose: string | undefined): (link: PayoutLink) => boolean {
  if (purpose === undefined) return () => true;
  const part = fold(purpose);
  return (link) => link.purpose !== undefined && fold(link.purpose).includes(part);
}
