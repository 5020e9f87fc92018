/** Owns the line of a digest that says how many reminders were sent automatically. */

import type { Reminded } from '../../payouts/digest/reminded.ts';
import { count, joinMd, md, type Mrkdwn } from '../block-kit/text.ts';

/** "12 reminders were sent for you, 1 automatic reminder not confirmed". */
export function remindedWords({ sent, notConfirmed }: Reminded): Mrkdwn {
  const were = sent === 1 ? md`was` : md`were`;
  const parts = [
    ...(sent > 0 ? [md`${count(sent, 'reminder')} ${were} sent for you`] : []),
    ...(notConfirmed > 0 ? [md`${count(notConfirmed, 'automatic reminder')} not confirmed`] : []),
  ];
  return joinMd(parts, ', ');
}
