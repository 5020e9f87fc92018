/** Owns the one message that shows what is masked everywhere else. */

import type { Revealed } from '../../payouts/links/revealed.ts';
import { context, type Message, message, pairs, plain, section } from '../block-kit/blocks.ts';
import { at, md, fallback, spokenText } from '../block-kit/text.ts';

/** For one administrator. The summary and the first block, which phones and desktops show as a notification, hold none of it. */
export function privateDetails(revealed: Revealed, linkId: string, now: number): Message {
  const { name, email, mobile, url, qrUrl, accounts } = revealed.open();
  return message(fallback`Private details of link ${spokenText(linkId, 30)}.`, [
    section(md`*Private details.* That you saw them is in the audit.`),
    ...pairs([
      [md`Link ID`, plain(linkId)],
      [md`Recipient`, plain(name)],
      [md`Mobile`, plain(mobile)],
      [md`Email`, plain(email)],
      [md`Link address`, plain(url)],
      [md`QR code`, plain(qrUrl)],
      [md`Accounts`, plain(...accounts.map(({ number, ifsc }) => [number, ifsc]))],
    ]),
    context(md`as of ${at(now)}`),
  ]);
}
