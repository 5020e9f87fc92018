/** Owns reading the links that a message names: IDs, addresses, mobile numbers and email addresses; never names. */

import { isPayoutDeskError } from '../../errors.ts';
import { type LinkTarget, readTarget } from '../../payouts/links/target.ts';
import { unescapeSlack } from './unescape.ts';

/** Most links looked up for one message. */
export const LINKS_IN_TEXT = 20;

/** A longer message is read to here. */
const TEXT_LENGTH = 12_000;

const LINK = new RegExp(
  [
    // An ID.
    String.raw`(?<![0-9a-z])[0-9a-f]{24}(?![0-9a-z])`,
    // An address of InstantPay’s.
    String.raw`(?:https?:\/\/)?(?:www\.)?\binstant\.pe\/[\w-]{1,60}`,
    // An email address.
    String.raw`(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}`,
    // An Indian mobile number.
    String.raw`(?<![\w.])(?:(?:\+|00)?91[\s-]?|0)?[6-9]\d{4}[\s-]?\d{5}(?!\w)`,
  ].join('|'),
  'gi',
);

export interface LinksInText {
  /** In the order of the text, each once. */
  targets: LinkTarget[];
  /** The message names more. */
  more: boolean;
}

/** `text`: as Slack sends a message. */
export function linksIn(text: string): LinksInText {
  const targets = new Map<string, LinkTarget>();
  for (const [word] of unescapeSlack(text.slice(0, TEXT_LENGTH)).matchAll(LINK)) {
    const target = readWord(word);
    if (target) targets.set(keyOf(target), target);
  }
  const all = [...targets.values()];
  return { targets: all.slice(0, LINKS_IN_TEXT), more: all.length > LINKS_IN_TEXT };
}

function readWord(word: string): LinkTarget | undefined {
  try {
    return readTarget(word);
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return undefined;
  }
}

/** Two spellings of a number or an address are one. */
function keyOf(target: LinkTarget): string {
  switch (target.kind) {
    case 'id':
      return target.linkId;
    case 'url':
      // The case of its path counts.
      return target.url.replace(/^(https?:\/\/)?(www\.)?/i, '');
    case 'contact': {
      const isNumber = /^[\d\s+-]+$/.test(target.contact);
      return isNumber ? target.contact.replace(/\D/g, '').slice(-10) : target.contact.toLowerCase();
    }
    case 'order':
      return target.orderId;
    case 'reference':
      return target.reference;
  }
}
