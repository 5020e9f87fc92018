/** Owns the lists that a person saved: a name and a filter, sealed in the store, since a recipient is private. */

import { Conflict, NotFound, UsageError } from '../../errors.ts';
import { requirePermission } from '../access.ts';
import type { Actor, Deps } from '../deps.ts';
import type { ListFilter } from './list-filter.ts';
import { SAVED_LISTS } from './list-name.ts';
import type { SavedListRow } from './saved-list-port.ts';

/** The slot of the list that a person saw last. */
const LAST_LIST = 0;

/** What is sealed of a list. */
export interface SavedList {
  /** Empty for the list that was shown last. */
  name: string;
  filter: ListFilter;
}

/** Makes what the store keeps unreadable; the store gets nothing else. */
export interface ListSeal {
  seal(list: SavedList): string;
  /** Undefined when it was sealed with another secret. */
  open(sealed: string): SavedList | undefined;
}

/** A saved list, and where it is kept. */
export interface KeptList extends SavedList {
  slot: number;
  /** When it was saved, in epoch milliseconds; with the slot it names exactly this list. */
  at: number;
}

/** Names are compared without case. */
const isNamed = (list: SavedList, name: string): boolean => list.name.toLowerCase() === name.toLowerCase();

const opened = (rows: readonly SavedListRow[], seal: ListSeal): KeptList[] =>
  rows.flatMap(({ slot, sealed, at }) => {
    const list = seal.open(sealed);
    return list && slot !== LAST_LIST ? [{ ...list, slot, at }] : [];
  });

const byName = (one: KeptList, other: KeptList): number => one.name.localeCompare(other.name, 'en');

/** Returns this person’s lists by name; what another secret sealed is left out. */
export async function savedLists(deps: Deps, actor: Actor, seal: ListSeal): Promise<KeptList[]> {
  await requirePermission(deps, actor, 'look', { subject: 'link.list' });
  return opened(await deps.store.savedLists.of(actor.userId), seal).toSorted(byName);
}

/** Returns the list of this name; undefined when there is none. */
export async function savedList(
  deps: Deps,
  actor: Actor,
  seal: ListSeal,
  name: string,
): Promise<KeptList | undefined> {
  return (await savedLists(deps, actor, seal)).find((list) => isNamed(list, name));
}

/** Keeps which list this person saw last. */
export async function keepLastList(
  { store, clock }: Deps,
  actor: Actor,
  seal: ListSeal,
  filter: ListFilter,
): Promise<void> {
  await store.savedLists.keep(actor.userId, {
    slot: LAST_LIST,
    sealed: seal.seal({ name: '', filter }),
    at: clock(),
  });
}

/**
 * Saves a list under this name, in the place of an earlier one of it; `filter` undefined: the list that was shown last.
 * Rejects with NotFound, Conflict or UsageError.
 */
export async function saveList(
  deps: Deps,
  actor: Actor,
  seal: ListSeal,
  wish: { name: string; filter: ListFilter | undefined },
): Promise<KeptList> {
  await requirePermission(deps, actor, 'look', { subject: 'link.list' });
  const { name } = wish;
  const rows = await deps.store.savedLists.of(actor.userId);
  const last = rows.find(({ slot }) => slot === LAST_LIST);
  const filter = wish.filter ?? (last && seal.open(last.sealed)?.filter);
  if (!filter) throw new NotFound(NO_LAST_LIST);
  const before = opened(rows, seal).find((list) => isNamed(list, name));
  const slot = before?.slot ?? freeSlot(rows, seal);
  if (slot === undefined) throw new UsageError(TOO_MANY_LISTS);
  const at = deps.clock();
  const row = { slot, sealed: seal.seal({ name, filter }), at };
  const replaced = rows.find((one) => one.slot === slot);
  if (!(await deps.store.savedLists.put(actor.userId, row, replaced?.sealed)))
    throw new Conflict(LISTS_CHANGED);
  return { name, filter, slot, at };
}

/** A list that cannot be opened any more gives its place to a new one. */
function freeSlot(rows: readonly SavedListRow[], seal: ListSeal): number | undefined {
  for (let slot = LAST_LIST + 1; slot <= SAVED_LISTS; slot += 1) {
    const row = rows.find((one) => one.slot === slot);
    if (!row || !seal.open(row.sealed)) return slot;
  }
  return undefined;
}

/** Deletes exactly this list. Rejects with NotFound when it is another one meanwhile, or gone. */
export async function deleteList(
  deps: Deps,
  actor: Actor,
  seal: ListSeal,
  { slot, at }: Pick<KeptList, 'slot' | 'at'>,
): Promise<KeptList> {
  const list = (await savedLists(deps, actor, seal)).find((one) => one.slot === slot && one.at === at);
  if (!list || !(await deps.store.savedLists.remove(actor.userId, slot, at))) throw new NotFound(LIST_GONE);
  return list;
}

// Read by people.
export const NO_LAST_LIST =
  'There is no list to save yet. Show a list first, or enter its filter after the name.';
export const TOO_MANY_LISTS = `You have ${SAVED_LISTS} saved lists, which is the most. Delete one first: /payout list saved.`;
export const LISTS_CHANGED = 'Your saved lists changed meanwhile. Nothing was saved. Try again.';
export const LIST_GONE = 'This saved list no longer exists. Nothing was changed.';
