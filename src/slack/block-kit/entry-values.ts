/** Owns reading what was entered into the forms that ask what to look up. */

import { z } from 'zod';
import { KNOWN_STATUSES, type KnownStatus } from '../../payouts/links/link.ts';
import { LIST_SORTS, type ListSort } from '../../payouts/links/list-filter.ts';
import { BLOCK_IDS, INPUT_IDS } from './ids.ts';

/** Of an input that may be left empty. */
const text = z.object({ value: z.string().nullish() });
const values = z.record(z.string(), z.record(z.string(), z.unknown()));

function input<Shape>(
  state: unknown,
  blockId: string,
  inputId: string,
  shape: z.ZodType<Shape>,
): Shape | undefined {
  const entered = values.safeParse(state).data?.[blockId]?.[inputId];
  return shape.safeParse(entered).data;
}

const textIn = (state: unknown, blockId: string, inputId: string): string =>
  input(state, blockId, inputId, text)?.value?.trim() ?? '';

/** Returns the entered link, '' when there is none. `state`: the `state.values` of a submission, here and below. */
export function readLinkInput(state: unknown): string {
  return textIn(state, BLOCK_IDS.entryLink, INPUT_IDS.link);
}

export interface TransactionInput {
  reference: string;
  /** YYYY-MM-DD; '' when none was picked. */
  date: string;
  /** HH:MM. */
  time: string | undefined;
  aeps: boolean;
}

const day = z.object({ selected_date: z.iso.date().nullish() });
const clock = z.object({
  selected_time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .nullish(),
});
const boxes = z.object({ selected_options: z.array(z.object({ value: z.string() })) });

export function readTransactionInput(state: unknown): TransactionInput {
  const picked = input(state, BLOCK_IDS.entryDay, INPUT_IDS.day, day);
  const time = input(state, BLOCK_IDS.entryTime, INPUT_IDS.time, clock);
  const aeps = input(state, BLOCK_IDS.entryAeps, INPUT_IDS.aeps, boxes);
  return {
    reference: textIn(state, BLOCK_IDS.entryReference, INPUT_IDS.reference),
    date: picked?.selected_date ?? '',
    time: time?.selected_time ?? undefined,
    aeps: (aeps?.selected_options.length ?? 0) > 0,
  };
}

export interface ListInput {
  statuses: KnownStatus[];
  /** '' for every recipient. */
  recipient: string;
  /** YYYY-MM-DD, both included. */
  from: string | undefined;
  to: string | undefined;
  /** As entered; '' for none. */
  over: string;
  under: string;
  sort: ListSort | undefined;
}

const sortChoice = z.object({ selected_option: z.object({ value: z.enum(LIST_SORTS) }).nullish() });

export function readListInput(state: unknown): ListInput {
  const chosen = input(state, BLOCK_IDS.entryStatuses, INPUT_IDS.statuses, boxes)?.selected_options ?? [];
  return {
    statuses: KNOWN_STATUSES.filter((status) => chosen.some(({ value }) => value === status)),
    recipient: textIn(state, BLOCK_IDS.entryRecipient, INPUT_IDS.recipient),
    from: input(state, BLOCK_IDS.entryFrom, INPUT_IDS.from, day)?.selected_date ?? undefined,
    to: input(state, BLOCK_IDS.entryTo, INPUT_IDS.to, day)?.selected_date ?? undefined,
    over: textIn(state, BLOCK_IDS.entryOver, INPUT_IDS.over),
    under: textIn(state, BLOCK_IDS.entryUnder, INPUT_IDS.under),
    sort: input(state, BLOCK_IDS.entrySort, INPUT_IDS.sort, sortChoice)?.selected_option?.value,
  };
}

export interface SubscriptionInput {
  /** As their boxes are named; in no order. */
  days: string[];
  /** HH:MM; undefined when none was picked. */
  time: string | undefined;
  timezone: string;
  statuses: KnownStatus[];
  /** '' for every purpose. */
  purpose: string;
  /** '' for days and time. */
  cron: string;
}

export function readSubscriptionInput(state: unknown): SubscriptionInput {
  const days = input(state, BLOCK_IDS.scheduleDays, INPUT_IDS.scheduleDays, boxes)?.selected_options ?? [];
  const time = input(state, BLOCK_IDS.scheduleTime, INPUT_IDS.scheduleTime, clock);
  return {
    days: days.map(({ value }) => value),
    time: time?.selected_time ?? undefined,
    timezone: textIn(state, BLOCK_IDS.scheduleZone, INPUT_IDS.scheduleZone),
    statuses: readListInput(state).statuses,
    purpose: textIn(state, BLOCK_IDS.schedulePurpose, INPUT_IDS.schedulePurpose),
    cron: textIn(state, BLOCK_IDS.scheduleCron, INPUT_IDS.scheduleCron),
  };
}
