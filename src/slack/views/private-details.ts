/** Owns the only message with unmasked details. */

import type { Revealed } from '../../payouts/links/revealed.ts';
import { context, type Message, message, pairs, plain, section } from '../block-kit/blocks.ts';
import { asOf, md, fallback, fallbackText } from '../block-kit/text.ts';

/** For one administrator. The fallback text and the first block appear in notifications, so they hold no private value. */
export function privateDetails(revealed: Revealed, linkId: string, now: number): Message {
  const { name, email, mobile, url, qrUrl, accounts } = revealed.open();
  return message(
    fallback`Private details of link ${fallbackText(linkId, 30)}. Viewing them is recorded in the audit.`,
    [
      section(md`*Private details.* Viewing them is recorded in the audit.`),
      ...pairs([
        [md`Link ID`, plain(linkId)],
        [md`Recipient`, plain(name)],
        [md`Mobile`, plain(mobile)],
        [md`Email`, plain(email)],
        [md`Link address`, plain(url)],
        [md`QR code`, plain(qrUrl)],
        [md`Accounts`, plain(...accounts.map(({ number, ifsc }) => [number, ifsc]))],
      ]),
      context(asOf(now)),
    ],
  );
}
