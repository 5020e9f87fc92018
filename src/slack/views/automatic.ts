/** Owns what a card and the details of a link show of its automatic reminders. */

import type { Button } from '@slack/web-api';
import type { Automatic } from '../../payouts/links/auto-remind-stop.ts';
import { canRemind } from '../../payouts/links/link.ts';
import { button } from '../block-kit/blocks.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
import { md } from '../block-kit/text.ts';
import type { LinkOffers } from './offers.ts';
import { aboutLink, type Actionable } from './parts.ts';

/** The recipient gets none but those that somebody sends. */
export const AUTO_STOPPED = md`Automatic reminders for this link are stopped`;

/** Stops the automatic reminders of an ISSUED link, or allows them again; none where they are off. */
export function automaticButtons(link: Actionable, automatic: Automatic, offers: LinkOffers): Button[] {
  if (automatic === undefined || !canRemind(link.status) || !offers('operate')) return [];
  const [label, action] =
    automatic === 'allowed'
      ? (['Stop automatic reminders', ACTION_IDS.linkAutoStop] as const)
      : (['Allow automatic reminders', ACTION_IDS.linkAutoAllow] as const);
  return [button({ label, action, value: link.linkId, accessibilityLabel: aboutLink(label, link) })];
}
