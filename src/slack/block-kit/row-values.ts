/** Owns what the menu of a row carries: which choice, of which link. */

import { decodeLinkId } from './values.ts';

/** In the order shown. */
export const ROW_CHOICES = ['details', 'remind', 'cancel', 'watch'] as const;
export type RowChoice = (typeof ROW_CHOICES)[number];

/** The value of a choice; a link ID is no secret. */
export const encodeRowChoice = (choice: RowChoice, linkId: string): string => `${choice}.${linkId}`;

/** Returns the choice and its link; undefined when Payout Desk did not make the value. */
export function decodeRowChoice(value: unknown): { choice: RowChoice; linkId: string } | undefined {
  const [name, id, ...more] = typeof value === 'string' ? value.split('.') : [];
  const choice = ROW_CHOICES.find((one) => one === name);
  const linkId = decodeLinkId(id);
  return choice && linkId !== undefined && more.length === 0 ? { choice, linkId } : undefined;
}
