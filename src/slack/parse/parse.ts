/** Owns parsing `/payout ...`: typed text becomes a command or a usage error. Never throws. */

import { isPayoutDeskError } from '../../errors.ts';
import { parseLinkId } from '../../payouts/links/link.ts';
import { linkIdProblem } from '../../payouts/links/target.ts';
import type { NotUnderstood, Parsed } from './command.ts';
import { parseAudit } from './parse-audit.ts';
import { parseAway } from './parse-away.ts';
import { INSTANT_URL, parseCancel, parseLink } from './parse-link.ts';
import { parseList } from './parse-list.ts';
import { parseTxn } from './parse-txn.ts';
import { clean } from '../block-kit/text.ts';
import { COMMAND_LENGTH, PROBLEMS } from './problems.ts';
import { digits, echo, firstWord, nearest, no, quote, unwrapped, words, yes } from './words.ts';
import { unescapeSlack } from './unescape.ts';
import { COMMAND_NAMES, type CommandName, commandNamed, SYNONYMS } from './vocabulary.ts';

/** Slack writes one character as up to five (&amp;) and wraps links twice. */
const RAW_LENGTH = 8 * COMMAND_LENGTH;

export function parseCommand(text: string, today: string): Parsed {
  const typed = text.length > RAW_LENGTH ? undefined : unescapeSlack(text).trim();
  if (typed === undefined || typed.length > COMMAND_LENGTH) {
    return no(PROBLEMS.tooLong((typed ?? text).length), undefined);
  }
  // People paste whole commands: “/payout /payout track …”.
  const [word, rest] = firstWord(typed.replace(/^\/payout(?=\s|$)/i, '').trim());
  if (word === '') return yes({ name: 'help', about: undefined });
  const name = commandNamed(word);
  if (!name) return unknownWord(word, rest);
  try {
    return PARSERS[name](rest, { today, raw: text });
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return no(error.message, name);
  }
}

type Parser = (rest: string, given: { today: string; raw: string }) => Parsed;

const PARSERS: Readonly<Record<CommandName, Parser>> = {
  help: parseHelp,
  track: (rest) => parseLink('track', rest),
  notify: (rest) => parseLink('notify', rest),
  cancel: parseCancel,
  list: parseList,
  txn: (rest, { today }) => parseTxn(rest, today),
  digest: parseDigest,
  approvals: (rest) => (rest === '' ? yes({ name: 'approvals' }) : no(PROBLEMS.approvals, 'approvals')),
  away: (_rest, { raw, today }) => parseAway(raw, today),
  back: (rest) => (rest === '' ? yes({ name: 'back' }) : no(PROBLEMS.back, 'back')),
  audit: (_rest, { raw, today }) => parseAudit(raw, today),
  whoami: (rest) => (rest === '' ? yes({ name: 'whoami' }) : no(PROBLEMS.whoami, 'whoami')),
};

// ---- The first word ---------------------------------------------------------------------------------------

const LATER = new Set(['watch', 'unwatch', 'watches']);

function unknownWord(word: string, rest: string): NotUnderstood {
  const bare = unwrapped(word);
  const lower = bare.toLowerCase();
  if (LATER.has(lower)) {
    const [link] = words(rest);
    const track = link && parseLinkId(link) ? `/payout track ${link}` : undefined;
    return no(PROBLEMS.watch, 'track', track);
  }
  if (parseLinkId(bare) || INSTANT_URL.test(bare)) {
    return no(PROBLEMS.linkOnly, 'track', `/payout track ${clean(bare, 200)}`);
  }
  const problem = linkIdProblem(bare);
  if (problem) return no(problem, 'track');
  if (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(bare) || digits(bare) >= 10) {
    return no(PROBLEMS.recipientOnly, 'track');
  }
  const meant =
    SYNONYMS.get(lower) ?? nearest(lower, COMMAND_NAMES) ?? SYNONYMS.get(synonymNear(lower) ?? '');
  return no(
    PROBLEMS.unknownCommand(quote(word)),
    meant,
    meant && ['/payout', meant, echo(rest)].filter((part) => part).join(' '),
  );
}

function synonymNear(word: string): string | undefined {
  // Short words are close to too many others.
  return word.length < 5 ? undefined : nearest(word, [...SYNONYMS.keys()]);
}

function parseHelp(rest: string): Parsed {
  const [word] = firstWord(rest.replace(/^\/payout\s*/i, ''));
  if (word === '') return yes({ name: 'help', about: undefined });
  const bare = unwrapped(word);
  const name = bare.toLowerCase() === 'words' ? 'words' : commandNamed(bare);
  if (name) return yes({ name: 'help', about: name });
  const { problem, about } = unknownWord(word, '');
  return no(problem, about ?? 'help', about && `/payout help ${about}`);
}

// ---- Digest -------------------------------------------------------------------------------------

function parseDigest(rest: string): Parsed {
  if (rest === '') return yes({ name: 'digest' });
  const [word] = firstWord(rest.toLowerCase());
  if (/^(un)?subscribe|^list$|^schedule/.test(word)) {
    return no(PROBLEMS.subscriptions, 'digest', '/payout digest');
  }
  return no(PROBLEMS.digest, 'digest', '/payout digest');
}
