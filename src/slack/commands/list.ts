/** Owns `/payout list`, and the lists that a person saved. */

import { isPayoutDeskError } from '../../errors.ts';
import { list as listLinks, type LinkList, type ListQuery } from '../../payouts/links/list.ts';
import { type ListFilter, needsWalk } from '../../payouts/links/list-filter.ts';
import {
  keepLastList,
  type ListSeal,
  savedList,
  savedLists,
  saveList,
} from '../../payouts/links/saved-list.ts';
import type { Context } from '../context.ts';
import { offersOf } from '../offers-of.ts';
import type { CommandOf } from '../parse/command.ts';
import type { Message } from '../block-kit/blocks.ts';
import { openList, sealList } from '../block-kit/list-values.ts';
import { linkList } from '../views/link-list.ts';
import { listSaved, savedListsMessage } from '../views/saved-lists.ts';
import { showProgress } from './find-one.ts';

export async function list(context: Context, command: CommandOf<'list'>): Promise<void> {
  const { deps, actor } = context;
  const { name: _name, isContact, saved, ...filter } = command;
  if (saved?.kind === 'all') {
    await context.answer(await savedMessage(context));
  } else if (saved) {
    const wish = { name: saved.as, filter: saved.kind === 'save' ? filter : undefined };
    const kept = await saveList(deps, actor, listSealOf(context), wish);
    await context.answer(listSaved(kept, deps.clock()));
  } else {
    await answerList(context, isContact ? filter : await namedOr(context, filter));
  }
}

/** Answers with the first page. */
export async function answerList(context: Context, filter: ListFilter): Promise<void> {
  await context.answer(await listMessage(context, { ...filter, pageNumber: 1 }));
  await keepLast(context, filter);
}

/** The page as a message; `onlyNewest` is what its buttons carry. */
export async function listMessage(context: Context, query: ListQuery): Promise<Message> {
  const { deps, actor, seal } = context;
  const links = await listLinks(deps, actor, query, { onProgress: showProgress(context) });
  const names = query.boxes ? await namesOf(context, links) : new Map<string, string | undefined>();
  return linkList(links, { now: deps.clock(), seal, offers: await offersOf(context), names });
}

async function namesOf({ deps }: Context, { reminded }: LinkList): Promise<Map<string, string | undefined>> {
  const by = new Set([...reminded.values()].map(({ actorId }) => actorId));
  return new Map(
    await Promise.all([...by].map(async (userId) => [userId, await deps.directory.name(userId)] as const)),
  );
}

/** Saves nothing by itself: for `/payout list save` afterwards. A list is shown whatever the store does. */
export async function keepLast(context: Context, filter: ListFilter): Promise<void> {
  try {
    await keepLastList(context.deps, context.actor, listSealOf(context), filter);
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    context.log.warn({ error }, 'last list not saved');
  }
}

/** What was typed alone may be the name of a saved list; else it is a recipient. */
async function namedOr(context: Context, filter: ListFilter): Promise<ListFilter> {
  const { contact, statuses } = filter;
  if (contact === undefined || statuses.length > 0 || needsWalk(filter)) return filter;
  try {
    const kept = await savedList(context.deps, context.actor, listSealOf(context), contact);
    return kept?.filter ?? filter;
  } catch (error) {
    if (!isPayoutDeskError(error) || error.kind !== 'unavailable') throw error;
    context.log.warn({ error }, 'saved lists not read');
    return filter;
  }
}

export async function savedMessage(context: Context): Promise<Message> {
  const { deps, actor } = context;
  return savedListsMessage(await savedLists(deps, actor, listSealOf(context)), deps.clock());
}

export const listSealOf = ({ seal }: Pick<Context, 'seal'>): ListSeal => ({
  seal: (kept) => sealList(kept, seal),
  open: (sealed) => openList(sealed, seal),
});
