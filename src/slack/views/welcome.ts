/** Owns the first message a person gets from Payout Desk: what it does, what to try, what they may do. */

import { ACTION_IDS } from '../block-kit/ids.ts';
import {
  actions,
  button,
  context,
  divider,
  header,
  type Message,
  message,
  plain,
  section,
} from '../block-kit/blocks.ts';
import { code, fallback, fallbackText, md } from '../block-kit/text.ts';
import type { Offers } from './offers.ts';
import { permissionBlocks, type ShownPermissions } from './whoami.ts';

export const WELCOME = md`Welcome to Payout Desk`;
const WHAT_IT_DOES = md`Payout Desk tracks, reminds and cancels InstantPay payout links in Slack. Cancellation is maker-checker: one person requests, another approves.`;

export function welcome(about: ShownPermissions, offers: Offers): Message {
  const { refusal } = about.rights;
  if (refusal !== undefined)
    return message(fallback`${fallbackText(refusal, 300)}`, [section(plain(refusal))]);
  return message(fallback`${WELCOME}. ${WHAT_IT_DOES}`, [
    header(WELCOME),
    section(WHAT_IT_DOES),
    ...(offers('look')
      ? [
          section(
            md`*Try it:* find a link with ${code('/payout')} and a name, a mobile number or a link ID, or start here.`,
          ),
        ]
      : []),
    ...actions([
      ...(offers('look')
        ? [
            button({ label: 'Track a link', action: ACTION_IDS.formTrack }),
            button({ label: 'List links', action: ACTION_IDS.helpList }),
          ]
        : []),
      button({ label: 'What can I do?', action: ACTION_IDS.helpCommand, value: 'help' }),
    ]),
    divider(),
    section(md`*Your permissions*`),
    ...permissionBlocks(about),
    context(md`The Home tab shows what waits for you and what you requested.`),
  ]);
}
