/** Owns the one message that shows what is masked everywhere else. */

import type { Revealed } from '../../payouts/revealed.ts';
import { context, type Message, message, pairs, plain, section } from '../blocks.ts';
import { at, md, say } from '../text.ts';

/** For one administrator. The summary line, which phones show on a locked screen, holds none of it. */
export function privateDetails(revealed: Revealed, linkId: string, now: number): Message {
  const { name, email, mobile, url, qrUrl, accounts } = revealed.open();
  return message(say`The link's private details, for you alone.`, [
    section(md`*Private details*, for you alone; that you saw them is in the audit.`),
    ...pairs([
      [md`Link id`, plain(linkId)],
      [md`Recipient`, plain(name)],
      [md`Mobile`, plain(mobile)],
      [md`E-mail`, plain(email)],
      [md`Link address`, plain(url)],
      [md`QR code`, plain(qrUrl)],
      [md`Accounts`, plain(...accounts.map(({ number, ifsc }) => [number, ifsc]))],
    ]),
    context(md`as of ${at(now)}`),
  ]);
}
