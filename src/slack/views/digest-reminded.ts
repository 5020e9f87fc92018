/** Owns the line of a digest that says how many reminders were sent automatically. */

import type { Reminded } from '../../payouts/digest/reminded.ts';
import { count, joinMd, md, type Mrkdwn } from '../block-kit/text.ts';

/** "12 automatic reminders sent, 1 automatic reminder not confirmed". */
export function remindedWords({ sent, notConfirmed }: Reminded): Mrkdwn {
  const parts = [
    ...(sent > 0 ? [md`${count(sent, 'automatic reminder')} sent`] : []),
    ...(notConfirmed > 0 ? [md`${count(notConfirmed, 'automatic reminder')} not confirmed`] : []),
  ];
  return joinMd(parts, ', ');
}
