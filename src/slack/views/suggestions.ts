/** Owns suggested commands: a button runs each with everything that was typed. */

import type { Button, KnownBlock } from '@slack/web-api';
import { actions, button, context, type Message, message, plain, section } from '../block-kit/blocks.ts';
import { ACTION_IDS, type ActionId } from '../block-kit/ids.ts';
import type { Seal } from '../block-kit/seal.ts';
import { code, fallback, type FallbackText, fallbackText, md } from '../block-kit/text.ts';
import { encodeTyped } from '../block-kit/values.ts';
import type { NotUnderstood, Suggestion } from '../parse/command.ts';
import { isOffered, usageBlocks } from './help.ts';
import { OFFER_ALL, type Offers } from './offers.ts';

export interface SuggestionOptions {
  seal: Seal;
  /** What the person may do; default everything. */
  offers?: Offers | undefined;
}

export const DID_YOU_MEAN = md`Did you mean:`;

function offered(suggestions: readonly Suggestion[], offers: Offers = OFFER_ALL): Suggestion[] {
  return suggestions.filter(({ name }) => isOffered(name, offers));
}

/** A row for each, as far as this person may use it; none for none. */
export function suggestionBlocks(
  suggestions: readonly Suggestion[],
  { seal, offers }: SuggestionOptions,
): KnownBlock[] {
  const shown = offered(suggestions, offers);
  if (shown.length === 0) return [];
  return [context(DID_YOU_MEAN), ...shown.map((suggestion) => suggestionRow(suggestion, seal))];
}

function suggestionRow({ typed, shown }: Suggestion, seal: Seal): KnownBlock {
  const value = encodeTyped(typed, seal);
  // Too long for a button: it can be typed again.
  if (value === undefined) return section(plain(shown));
  const action = ACTION_IDS.helpRun;
  return section(plain(shown), button({ label: 'Run', action, value, accessibilityLabel: `Run: ${shown}` }));
}

/** The suggestions in the fallback text. */
export function suggestionsText(suggestions: readonly Suggestion[], offers?: Offers): FallbackText {
  const shown = offered(suggestions, offers).map((suggestion) => suggestion.shown);
  return shown.length === 0 ? fallback`` : fallback` ${DID_YOU_MEAN} ${fallbackText(shown.join(', '), 300)}`;
}

/** The two usual days in one click, with everything that was typed; any other by the form. */
function dayButtons(
  { reference, typed }: NonNullable<NotUnderstood['undated']>,
  { seal, offers = OFFER_ALL }: SuggestionOptions,
): KnownBlock[] {
  if (!offers('look')) return [];
  const named = (label: string, action: ActionId, value: string | undefined): Button[] =>
    value === undefined ? [] : [button({ label, action, value })];
  return actions([
    ...named('Today', ACTION_IDS.txnToday, encodeTyped(`txn ${typed} today`, seal)),
    ...named('Yesterday', ACTION_IDS.txnYesterday, encodeTyped(`txn ${typed} yesterday`, seal)),
    ...named('Pick a day', ACTION_IDS.formTxn, encodeTyped(reference, seal)),
  ]);
}

/** What was not understood, what may have been meant, and the usage. */
export function notUnderstood(
  { problem, about, suggestions, undated }: NotUnderstood,
  { seal, offers }: SuggestionOptions,
): Message {
  const rows = suggestionBlocks(suggestions, offers ? { seal, offers } : { seal });
  return message(fallback`${fallbackText(problem, 300)}${suggestionsText(suggestions, offers)}`, [
    section(plain(problem)),
    ...rows,
    ...(undated === undefined ? [] : dayButtons(undated, { seal, offers })),
    ...(about
      ? usageBlocks(about, { examples: rows.length === 0 && undated === undefined })
      : [context(md`${code('/payout help')} shows every command.`)]),
  ]);
}
