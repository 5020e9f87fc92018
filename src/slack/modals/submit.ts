/** Owns the submissions of the forms that ask what to look up: each does what its command does. */

import { isPayoutDeskError } from '../../errors.ts';
import type { ListFilter } from '../../payouts/links/list-filter.ts';
import type { LinkTarget } from '../../payouts/links/target.ts';
import { parseRupees } from '../../payouts/money.ts';
import { readReference } from '../../payouts/transactions/transaction.ts';
import { inForm } from '../answer-in-form.ts';
import { readLinkInput, readListInput, readTransactionInput } from '../block-kit/entry-values.ts';
import { decodeOrigin } from '../block-kit/form-metadata.ts';
import { BLOCK_IDS } from '../block-kit/ids.ts';
import { contactFits } from '../block-kit/values.ts';
import { fillCancelForm } from '../commands/cancel-form.ts';
import { keepLast, listMessage } from '../commands/list.ts';
import { track } from '../commands/track.ts';
import { txn } from '../commands/txn.ts';
import type { Context } from '../context.ts';
import { readLinks } from '../parse/parse-cancel.ts';
import { parseLink } from '../parse/parse-link.ts';
import { PROBLEMS } from '../parse/problems.ts';

type Errors = Record<string, string> | undefined;

/** Returns what was entered for a link, or throws UsageError. */
function readEntered(values: unknown): LinkTarget | string {
  try {
    const parsed = parseLink('track', readLinkInput(values));
    if (!parsed.ok) return parsed.problem;
    return parsed.command.name === 'track' ? parsed.command.target : PROBLEMS.noLink;
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return error.message;
  }
}

export function checkEnteredLink(values: unknown): Errors {
  const entered = readEntered(values);
  return typeof entered === 'string' ? { [BLOCK_IDS.entryLink]: entered } : undefined;
}

export async function trackEntered(context: Context, values: unknown): Promise<void> {
  const target = readEntered(values);
  if (typeof target !== 'string') await track(inForm(context), { name: 'track', target });
}

/** One link or several, for a request. */
export function checkEnteredLinks(values: unknown): Errors {
  try {
    readLinks(readLinkInput(values));
    return undefined;
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return { [BLOCK_IDS.entryLink]: error.message };
  }
}

/** The form with the links and the reason takes the place of this one. */
export async function cancelEntered(context: Context, values: unknown): Promise<void> {
  await fillCancelForm(context, { targets: readLinks(readLinkInput(values)) });
}

export function checkEnteredTransaction(values: unknown): Errors {
  const { reference, date } = readTransactionInput(values);
  if (date === '') return { [BLOCK_IDS.entryDay]: PROBLEMS.noDay };
  if (reference === '') return { [BLOCK_IDS.entryReference]: PROBLEMS.noReference };
  try {
    readReference(reference);
    return undefined;
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return { [BLOCK_IDS.entryReference]: error.message };
  }
}

export async function checkEntered(context: Context, values: unknown): Promise<void> {
  const { reference, date, time, aeps } = readTransactionInput(values);
  await txn(inForm(context), { name: 'txn', externalRef: readReference(reference), date, time, aeps });
}

export function checkEnteredList(values: unknown): Errors {
  const { recipient, from, to, over, under } = readListInput(values);
  if (!contactFits(recipient)) return { [BLOCK_IDS.entryRecipient]: PROBLEMS.longContact };
  if (from !== undefined && to !== undefined && from > to) return { [BLOCK_IDS.entryTo]: PROBLEMS.formDays };
  const overPaise = parseRupees(over);
  const underPaise = parseRupees(under);
  if (over !== '' && overPaise === undefined) return { [BLOCK_IDS.entryOver]: PROBLEMS.formAmount };
  if (under !== '' && underPaise === undefined) return { [BLOCK_IDS.entryUnder]: PROBLEMS.formAmount };
  const isNothing = overPaise !== undefined && underPaise !== undefined && overPaise >= underPaise;
  return isNothing ? { [BLOCK_IDS.entryUnder]: PROBLEMS.formAmounts } : undefined;
}

/** In the place of the list whose `Filters` was clicked; else as an answer. */
export async function listEntered(context: Context, values: unknown, metadata: string): Promise<void> {
  const { recipient, over, under, ...rest } = readListInput(values);
  const filter: ListFilter = {
    ...rest,
    contact: recipient === '' ? undefined : recipient,
    overPaise: parseRupees(over),
    underPaise: parseRupees(under),
  };
  const listed = await listMessage(context, { ...filter, pageNumber: 1 });
  if (decodeOrigin(metadata, context.seal)?.replaces) await context.replace(listed);
  else await context.answer(listed);
  await keepLast(context, filter);
}
