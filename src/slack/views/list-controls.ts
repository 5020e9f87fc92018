/** Owns what a list is changed with: its menus, its pages, and what can be done with all links of a page. */

import type { Button, KnownBlock } from '@slack/web-api';
import { canRemind, KNOWN_STATUSES } from '../../payouts/links/link.ts';
import type { LinkList, ListQuery } from '../../payouts/links/list.ts';
import { LIST_SORTS, type ListFilter } from '../../payouts/links/list-filter.ts';
import { ACTION_IDS, type ActionId } from '../block-kit/ids.ts';
import { encodeChosen, encodeFilterBlock, encodeListQuery } from '../block-kit/list-values.ts';
import { contactFits } from '../block-kit/values.ts';
import type { Seal } from '../block-kit/seal.ts';
import { actions, button, context, option, select } from '../block-kit/blocks.ts';
import { md } from '../block-kit/text.ts';
import { remindAllButton, selectedButton } from './expiring-list.ts';
import { SORT_LABELS } from './list-words.ts';
import type { Offers } from './offers.ts';
import { badgeText, cancelSeveralButtons } from './parts.ts';

/** The menus of statuses and orders, and the form with everything. */
export function filterMenus(query: ListQuery, seal: Seal): KnownBlock[] {
  const blockId =
    query.contact === undefined || contactFits(query.contact)
      ? encodeFilterBlock(query.contact, seal)
      : undefined;
  // A filter without the contact would silently widen the list.
  if (blockId === undefined) return [];
  const filters = button({
    label: 'Filters',
    action: ACTION_IDS.formList,
    value: encodeListQuery(firstPage(query), seal),
  });
  return actions([statusMenu(query), sortMenu(query), filters], blockId);
}

function statusMenu(query: ListFilter) {
  const options = [
    option('All statuses', encodeChosen({ ...query, statuses: [] })),
    ...KNOWN_STATUSES.map((status) =>
      option(badgeText(status), encodeChosen({ ...query, statuses: [status] })),
    ),
  ];
  const value = encodeChosen(query);
  let chosen = options.find((candidate) => candidate.value === value);
  if (!chosen) {
    chosen = option(query.statuses.join(', '), value);
    options.push(chosen);
  }
  return select(ACTION_IDS.listStatus, 'Status', options, chosen);
}

function sortMenu(query: ListFilter) {
  const options = LIST_SORTS.map((sort) => option(SORT_LABELS[sort], encodeChosen({ ...query, sort })));
  const value = encodeChosen(query);
  return select(
    ACTION_IDS.listSort,
    'Sort',
    options,
    options.find((candidate) => candidate.value === value),
  );
}

const firstPage = (query: ListQuery): ListQuery => ({
  ...query,
  pageNumber: 1,
  turn: undefined,
  boxes: undefined,
});

/** The pages beside this one, and what can be done with its links. */
export function pageButtons(list: LinkList, seal: Seal, offers: Offers): KnownBlock[] {
  const { query, page, older, newer } = list;
  // The parser refuses such a contact; paging without it would show another list.
  if (query.contact !== undefined && !contactFits(query.contact)) {
    return [
      context(md`This recipient is too long for paging. List again with a shorter part of the name.`),
      ...actions(cancelSeveralButtons(page.links, offers)),
    ];
  }
  return actions([
    ...turn('Newer', ACTION_IDS.listNewer, newer, seal),
    ...turn('Older', ACTION_IDS.listOlder, older, seal),
    ...remindButtons(list, seal, offers),
    ...cancelSeveralButtons(page.links, offers),
  ]);
}

const turn = (label: string, action: ActionId, to: ListQuery | undefined, seal: Seal): Button[] =>
  to ? [button({ label, action, value: encodeListQuery(to, seal) })] : [];

/** Of a page with several links that can be reminded; one alone has its own menu. */
function remindButtons({ query, page: { links } }: LinkList, seal: Seal, offers: Offers): Button[] {
  const open = links.filter(({ status }) => canRemind(status));
  if (open.length < 2 || !offers('operate')) return [];
  const all = remindAllButton({ soonest: open, count: open.length }, false);
  const other = (label: string, boxes: boolean | undefined) =>
    button({
      label,
      action: ACTION_IDS.listSelect,
      value: encodeListQuery({ ...query, turn: undefined, boxes }, seal),
    });
  return query.boxes
    ? [all, selectedButton(), other('Back to the list', undefined)]
    : [all, other('Select for reminders …', true)];
}
