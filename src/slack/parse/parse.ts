/** Owns parsing `/payout ...`: typed text becomes a command or a usage error. Never throws. */

import { isPayoutDeskError } from '../../errors.ts';
import type { DigestAction, Parsed, Suggestion } from './command.ts';
import { meant, mistyped, suggested } from './near.ts';
import { parseAudit } from './parse-audit.ts';
import { parseAway } from './parse-away.ts';
import { parseExport } from './parse-export.ts';
import { linkToChange, parseCancel } from './parse-cancel.ts';
import { parseExpiring, parseNotify } from './parse-remind.ts';
import { parseStuck } from './parse-stuck.ts';
import { parseLink, startsWithLink } from './parse-link.ts';
import { statusNamed } from './list-words.ts';
import { parseList } from './parse-list.ts';
import { parseTxn } from './parse-txn.ts';
import { parseUnwatch, parseWatch } from './parse-watch.ts';
import { COMMAND_LENGTH, PROBLEMS } from './problems.ts';
import { escapeSlack, unescapeSlack } from './unescape.ts';
import { CHANGE_WORDS, type CommandName, commandNamed, SYNONYMS } from './vocabulary.ts';
import { firstWord, no, quote, suggest, suggestRaw, unwrapped, yes } from './words.ts';

/** Slack writes one character as up to five (&amp;) and wraps links twice. */
const RAW_LENGTH = 8 * COMMAND_LENGTH;

export function parseCommand(text: string, today: string): Parsed {
  const typed = text.length > RAW_LENGTH ? undefined : unescapeSlack(text).trim();
  if (typed === undefined || typed.length > COMMAND_LENGTH) {
    return no(PROBLEMS.tooLong((typed ?? text).length), undefined);
  }
  // People paste whole commands: “/payout /payout track …”.
  const whole = typed.replace(/^\/payout(?=\s|$)/i, '').trim();
  const [word, rest] = firstWord(whole);
  if (word === '') return yes({ name: 'help', about: undefined });
  const name = commandNamed(word);
  try {
    if (!name) return lookUp({ word, rest, typed: whole, rawRest: rawRestOf(text, word, rest), today });
    return PARSERS[name](rest, { today, raw: text });
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return no(error.message, name ?? 'track');
  }
}

/** What follows the first word, as Slack sent it: a mention of a person is lost in `rest`. */
function rawRestOf(raw: string, word: string, rest: string): string {
  const [rawWord, rawRest] = firstWord(raw.trim().replace(/^\/payout\s+/i, ''));
  return rawWord === word ? rawRest : escapeSlack(rest);
}

type Parser = (rest: string, given: { today: string; raw: string }) => Parsed;

const PARSERS: Readonly<Record<CommandName, Parser>> = {
  help: parseHelp,
  track: (rest) => parseLink('track', rest),
  expiring: parseExpiring,
  stuck: (rest, { today }) => parseStuck(rest, today),
  notify: parseNotify,
  cancel: parseCancel,
  list: (rest, { today }) => parseList(rest, today),
  txn: (rest, { today }) => parseTxn(rest, today),
  watch: (rest, { today }) => parseWatch(rest, today),
  unwatch: (rest, { today }) => parseUnwatch(rest, today),
  watches: (rest) => (rest === '' ? yes({ name: 'watches' }) : no(PROBLEMS.watches, 'watches')),
  digest: parseDigest,
  export: (rest, { today }) => parseExport(rest, today),
  approvals: (rest) => (rest === '' ? yes({ name: 'approvals' }) : no(PROBLEMS.approvals, 'approvals')),
  away: (_rest, { raw, today }) => parseAway(raw, today),
  back: (rest) => (rest === '' ? yes({ name: 'back' }) : no(PROBLEMS.back, 'back')),
  audit: (_rest, { raw, today }) => parseAudit(raw, today),
  whoami: (rest) => (rest === '' ? yes({ name: 'whoami' }) : no(PROBLEMS.whoami, 'whoami')),
};

// ---- The first word ---------------------------------------------------------------------------------------

interface Unknown {
  word: string;
  rest: string;
  /** Both, as read. */
  typed: string;
  /** `rest` as Slack sent it. */
  rawRest: string;
  today: string;
}

/** Whatever is no command is looked up; commands near to it are offered when no link is found. */
function lookUp(unknown: Unknown): Parsed {
  const { word, rest, typed, today } = unknown;
  const bare = unwrapped(word);
  const lower = bare.toLowerCase();
  if (statusNamed(bare)) return parseList(typed, today);
  if (lower === 'pending') return parseList(`${bare} ${rest}`, today);
  if (CHANGE_WORDS.has(lower) && rest !== '') return linkToChange(rest);
  if (startsWithLink(typed)) return parseLink('track', typed);
  const near = nearTo(lower, unknown);
  return isNoName(lower, unknown)
    ? no(PROBLEMS.unknownCommand(quote(word)), undefined, ...near)
    : lookUpName(typed, near);
}

/** A word of ours alone or before a person, or a mistyped command before a link. */
function isNoName(lower: string, { rest, rawRest }: Unknown): boolean {
  if (SYNONYMS.has(lower) && (rest === '' || rawRest.startsWith('<@'))) return true;
  return mistyped(lower) !== undefined && startsWithLink(rest);
}

function nearTo(lower: string, { rawRest }: Unknown): Suggestion[] {
  const synonym = SYNONYMS.get(lower);
  const near = suggested(lower).map((name) => suggestRaw(name, rawRest));
  // What changes something is only explained.
  return near.length === 0 && synonym ? [suggest('help', synonym)] : near;
}

function lookUpName(typed: string, near: readonly Suggestion[]): Parsed {
  try {
    const parsed = parseLink('track', typed);
    if (!parsed.ok || parsed.command.name !== 'track' || near.length === 0) return parsed;
    return yes({ ...parsed.command, near });
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return no(error.message, near.length === 0 ? 'track' : undefined, ...near);
  }
}

function parseHelp(rest: string): Parsed {
  const [word] = firstWord(rest.replace(/^\/payout\s*/i, ''));
  if (word === '') return yes({ name: 'help', about: undefined });
  const bare = unwrapped(word);
  const name = bare.toLowerCase() === 'words' ? 'words' : commandNamed(bare);
  if (name) return yes({ name: 'help', about: name });
  const about = meant(bare);
  return no(
    PROBLEMS.unknownCommand(quote(word)),
    about ?? 'help',
    ...(about ? [suggest('help', about)] : []),
  );
}

// ---- Digest -------------------------------------------------------------------------------------

function parseDigest(rest: string): Parsed {
  if (rest === '') return yes({ name: 'digest', action: 'show' });
  const [word, more] = firstWord(rest.toLowerCase());
  const action = DIGEST_WORDS.get(unwrapped(word));
  if (action !== undefined && more === '') return yes({ name: 'digest', action });
  return no(PROBLEMS.digest, 'digest', suggest('digest'));
}

const DIGEST_WORDS: ReadonlyMap<string, DigestAction> = new Map([
  ['subscribe', 'subscribe'],
  ['unsubscribe', 'unsubscribe'],
  ['list', 'list'],
  ['schedule', 'list'],
  ['schedules', 'list'],
  ['subscriptions', 'list'],
]);
