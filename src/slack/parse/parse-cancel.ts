/** Owns parsing `cancel`: one link or several, and where the reason begins. */

import { LINKS_AT_MOST } from '../../payouts/cancel/batch.ts';
import { tooManyLinks } from '../../payouts/cancel/words.ts';
import { linkIdProblem, type LinkTarget, readTarget } from '../../payouts/links/target.ts';
import type { Parsed } from './command.ts';
import { exactLink, isAddress, leadingMobile, missingLink } from './parse-link.ts';
import { PROBLEMS } from './problems.ts';
import { firstWord, no, quotedStart, unquoted, unwrapped, words, yes } from './words.ts';

export function parseCancel(rest: string): Parsed {
  if (rest === '') return missingLink('cancel');
  const quoted = quotedStart(rest);
  if (quoted) return cancelOf([exactLink(quoted.quoted) ?? readTarget(quoted.quoted)], quoted.rest);
  const links = leadingLinks(rest);
  if (links.targets.length > LINKS_AT_MOST) return no(tooManyLinks(LINKS_AT_MOST), 'cancel');
  // Also behind other links: a link ID with a typing mistake is no reason.
  const problem = linkIdProblem(unwrapped(firstWord(links.rest)[0]));
  if (problem) return no(problem, 'cancel');
  if (links.targets.length > 0) return cancelOf(links.targets, links.rest);
  const [word, more] = firstWord(rest);
  if (isAddress(word)) return cancelOf([readTarget(unwrapped(word))], more);
  const mobile = leadingMobile(rest);
  if (mobile) return cancelOf([readTarget(mobile.number)], mobile.rest);
  const target = readTarget(unwrapped(word));
  if (target.kind === 'order' || (target.kind === 'reference' && REFERENCE_WORD.test(target.reference))) {
    return cancelOf([target], more);
  }
  return looseOf(rest);
}

/** Letters, then digits: a reference rather than the beginning of a name. */
const REFERENCE_WORD = /^[a-z]{1,10}[-_/#.:]?\d[\w/#.:-]+$/i;

/** `void 98200 11101 duplicate`: the link alone, for its card. */
export function linkToChange(rest: string): Parsed {
  const parsed = parseCancel(rest);
  if (!parsed.ok || parsed.command.name !== 'cancel') return parsed;
  const [target] = parsed.command.targets;
  return target ? yes({ name: 'track', target }) : no(PROBLEMS.noLink, 'track');
}

function cancelOf(targets: readonly LinkTarget[], reason: string): Parsed {
  return yes({ name: 'cancel', targets, reason: reason === '' ? undefined : reason });
}

/** "Asha Rao paid twice": which words are the recipient's shows when InstantPay is asked. */
function looseOf(text: string): Parsed {
  if (words(text).length === 1) return cancelOf([readTarget(text)], '');
  // Refuses what is no link at all.
  readTarget(text.slice(0, 200));
  const target: LinkTarget = { kind: 'contact', contact: text };
  return yes({ name: 'cancel', targets: [target], reason: undefined, loose: true });
}

/** Link IDs and addresses at the start, one after another, with or without commas. */
export function leadingLinks(text: string): { targets: LinkTarget[]; rest: string } {
  const targets: LinkTarget[] = [];
  let rest = text;
  for (;;) {
    const [word, more] = firstWord(rest);
    const link = word === '' ? undefined : exactLink(word);
    if (!link) return { targets, rest };
    targets.push(link);
    rest = more;
  }
}

/** The links that are typed into the form: no reason stands behind them. */
export function readLinks(text: string): LinkTarget[] {
  const { targets, rest } = leadingLinks(text.trim());
  return targets.length > 0 && rest === '' ? targets : [readTarget(unquoted(text))];
}
