/** Owns which messages are meant for Payout Desk, and which only mention it in passing. */

import { parseLinkId } from '../../payouts/links/link.ts';
import { INSTANT_URL, startsWithLink } from './parse-link.ts';
import { statusNamed } from './list-words.ts';
import { unescapeSlack } from './unescape.ts';
import { commandNamed } from './vocabulary.ts';
import { firstWord, unwrapped } from './words.ts';

/**
 * Returns what follows the mention that a message begins with, as Slack sent it; undefined when the message does not
 * begin with it. The mention alone leaves ''.
 */
export function afterMention(text: string, botUserId: string): string | undefined {
  const match = /^\s*<@([UW][A-Z0-9_]{1,30})(?:\|[^<>]*)?>[\s,:;–-]*([\s\S]*)$/.exec(text);
  return match?.[1] === botUserId ? match[2]?.trim() : undefined;
}

/** True for a command or a link that can be nothing else: among people, other words are not for Payout Desk. */
export function isForPayoutDesk(typed: string): boolean {
  const text = unescapeSlack(typed)
    .trim()
    .replace(/^\/payout(?=\s|$)/i, '')
    .trim();
  const [word] = firstWord(text);
  const bare = unwrapped(word);
  return (
    word === '' ||
    commandNamed(word) !== undefined ||
    statusNamed(bare) !== undefined ||
    parseLinkId(bare) !== undefined ||
    INSTANT_URL.test(bare) ||
    startsWithLink(text)
  );
}
