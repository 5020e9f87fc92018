/** Owns what a saved list may be called, and how many a person has. */

import { UsageError } from '../../errors.ts';

/** Most saved lists of one person. */
export const SAVED_LISTS = 20;

const NAME_LENGTH = 40;
const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} &+._-]*$/u;

/** Returns the name of a list, in one line. Throws UsageError. */
export function readListName(text: string): string {
  const name = text.normalize('NFC').replace(/\s+/g, ' ').trim();
  if (name.length > NAME_LENGTH || !NAME.test(name))
    throw new UsageError(`A list’s name has at most ${NAME_LENGTH} letters, digits and spaces.`);
  // A number that is typed is looked for as a recipient.
  if (name.replace(/\D/g, '').length > 4)
    throw new UsageError('A list’s name has at most four digits: longer numbers are recipients.');
  return name;
}
