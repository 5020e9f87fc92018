/** Owns what the buttons and menus of a list carry: its filter, its page, and the links that were shown. */

import { z } from 'zod';
import { KNOWN_STATUSES } from '../../payouts/links/link.ts';
import { LIST_SORTS, type ListFilter } from '../../payouts/links/list-filter.ts';
import type { ListQuery } from '../../payouts/links/list.ts';
import type { KeptList, SavedList } from '../../payouts/links/saved-list.ts';
import { BLOCK_IDS } from './ids.ts';
import { LIMITS } from './limits.ts';
import type { Seal } from './seal.ts';
import { contactFits, decodeRemindLinks, encodeRemindLinks, openAs } from './values.ts';

const statuses = z.array(z.enum(KNOWN_STATUSES)).max(KNOWN_STATUSES.length);
const contact = z.string().min(1).refine(contactFits);
const paise = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const filterShape = {
  statuses,
  contact: contact.optional(),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  overPaise: paise.optional(),
  underPaise: paise.optional(),
  sort: z.enum(LIST_SORTS).optional(),
};
const pageNumber = z.number().int().min(1).max(100_000);
const listQuery = z.strictObject({
  ...filterShape,
  pageNumber,
  turn: z
    .strictObject({
      direction: z.enum(['older', 'newer']),
      shown: z.string(),
      near: pageNumber,
      place: z.number().int().min(1).optional(),
    })
    .optional(),
  boxes: z.boolean().optional(),
});

/** The value of `Older` and `Newer`: the page they open, and what was shown before it. */
export function encodeListQuery({ turn, ...query }: ListQuery, seal: Seal): string {
  const shown = turn && { ...turn, shown: encodeRemindLinks(turn.shown) };
  return seal.seal(JSON.stringify({ ...query, turn: shown }));
}

export function decodeListQuery(value: unknown, seal: Seal): ListQuery | undefined {
  const query = openAs(value, seal, listQuery);
  if (!query) return undefined;
  const { turn, ...rest } = query;
  if (!turn) return { ...rest, contact: rest.contact };
  const shown = turn.shown === '' ? [] : decodeRemindLinks(turn.shown);
  return shown && { ...rest, contact: rest.contact, turn: { ...turn, place: turn.place, shown } };
}

const savedShape = z.strictObject({ name: z.string().max(100), filter: z.strictObject(filterShape) });

/** A list as it is kept: sealed, since a recipient is private. */
export function sealList({ name, filter }: SavedList, seal: Seal): string {
  const { statuses: chosen, contact: recipient, from, to, overPaise, underPaise, sort } = filter;
  const kept = { statuses: chosen, contact: recipient, from, to, overPaise, underPaise, sort };
  return seal.seal(JSON.stringify({ name, filter: kept }));
}

export function openList(sealed: string, seal: Seal): SavedList | undefined {
  const list = openAs(sealed, seal, savedShape);
  return list && { name: list.name, filter: { ...list.filter, contact: list.filter.contact } };
}

/** The value of a saved list's buttons: exactly this one of the person who presses them. */
export const encodeSavedSlot = ({ slot, at }: Pick<KeptList, 'slot' | 'at'>): string => `${slot}.${at}`;

export function decodeSavedSlot(value: unknown): { slot: number; at: number } | undefined {
  const [, slot, at] = /^(\d{1,2})\.(\d{1,15})$/.exec(typeof value === 'string' ? value : '') ?? [];
  return slot === undefined ? undefined : { slot: Number(slot), at: Number(at) };
}

/** In place of statuses: every one. */
export const ALL_STATUSES = 'ALL';

type Chosen = Omit<ListFilter, 'contact'>;

/** The value of a choice in a list's menus: the whole filter but the recipient, which the block carries. */
export function encodeChosen({ statuses: chosen, from, to, overPaise, underPaise, sort }: Chosen): string {
  const words = chosen.length === 0 ? ALL_STATUSES : chosen.join(',');
  const more = [from, to, overPaise, underPaise, sort].map((given) => given ?? '');
  return more.every((given) => given === '') ? words : [words, ...more].join(';');
}

const chosenShape = z.object({
  statuses,
  from: filterShape.from,
  to: filterShape.to,
  overPaise: paise.optional(),
  underPaise: paise.optional(),
  sort: filterShape.sort,
});

/** Returns the filter of a choice; an empty list of statuses means every status. */
export function decodeChosen(value: unknown): Chosen | undefined {
  if (typeof value !== 'string') return undefined;
  const [words = '', ...more] = value.split(';');
  if (more.length !== 0 && more.length !== 5) return undefined;
  const [from, to, over, under, sort] = more.map((given) => (given === '' ? undefined : given));
  const amountOf = (digits: string | undefined) =>
    digits === undefined ? undefined : /^\d+$/.test(digits) ? Number(digits) : NaN;
  return chosenShape.safeParse({
    statuses: words === ALL_STATUSES ? [] : words.split(','),
    from,
    to,
    overPaise: amountOf(over),
    underPaise: amountOf(under),
    sort,
  }).data;
}

/** Returns the filter's block ID, which carries the contact; undefined when it does not fit. */
export function encodeFilterBlock(listedContact: string | undefined, seal: Seal): string | undefined {
  if (listedContact === undefined) return BLOCK_IDS.listFilter;
  const blockId = `${BLOCK_IDS.listFilter}.${seal.seal(listedContact)}`;
  return blockId.length <= LIMITS.blockId ? blockId : undefined;
}

export function decodeFilterBlock(blockId: unknown, seal: Seal): { contact: string | undefined } | undefined {
  if (blockId === BLOCK_IDS.listFilter) return { contact: undefined };
  const start = `${BLOCK_IDS.listFilter}.`;
  if (typeof blockId !== 'string' || !blockId.startsWith(start)) return undefined;
  const opened = contact.safeParse(seal.open(blockId.slice(start.length)));
  return opened.success ? { contact: opened.data } : undefined;
}
