/** Owns what is said about approvers who are away and their deputies. */

import type { Delegation } from '../../payouts/delegation-port.ts';
import { context, header, type Message, message, section } from '../block-kit/blocks.ts';
import { asOf, code, count, day, fallback, type Mrkdwn, md, person } from '../block-kit/text.ts';

/** The last day is included. */
const lastDay = ({ until }: Delegation): Mrkdwn => day(until - 1);

export const BACK = md`You are back.`;
export const NO_DEPUTY = md`You have no deputy.`;

const APPROVALS = code('/payout approvals');

/** Answers the approver: from now on the deputy decides too. */
export function youAreAway(delegation: Delegation, now: number, before: Delegation | undefined): Message {
  const deputy = person(delegation.deputyId);
  const until = lastDay(delegation);
  const replaced =
    before && before.deputyId !== delegation.deputyId
      ? md` ${person(before.deputyId)} is no longer your deputy.`
      : md``;
  const words = md`${deputy} decides on cancellation requests for you until the end of ${until}.${replaced}`;
  return message(fallback`You are away. ${words}`, [
    section(md`🌴 *You are away.* ${words}`),
    section(
      md`Never on requests of ${deputy} or of yours, and you count once together. ${code('/payout back')} ends it earlier.`,
    ),
    context(asOf(now)),
  ]);
}

/** Tells the deputy by direct message. */
export function deputyNamed(delegation: Delegation, now: number): Message {
  const approver = person(delegation.userId);
  const words = md`${approver} is away and named you as deputy until the end of ${lastDay(delegation)}.`;
  return message(fallback`${words} You can approve or reject cancellation requests for ${approver}.`, [
    section(md`🌴 ${words}`),
    section(
      md`You can approve or reject cancellation requests that ${approver} decides on, except your own and those of ${approver}. Type ${APPROVALS} to see what waits.`,
    ),
    context(asOf(now)),
  ]);
}

export function endedFor({ userId }: Pick<Delegation, 'userId'>): Mrkdwn {
  return md`You no longer stand in for ${person(userId)}.`;
}

/** Tells the deputy that it ended early. */
export function deputyEnded(delegation: Delegation, now: number): Message {
  const words = md`${endedFor(delegation)} No action needed.`;
  return message(words, [section(words), context(asOf(now))]);
}

/** Answers the approver who is back. */
export function backAgain(ended: Delegation | undefined, now: number): Message {
  const words = ended
    ? md`${BACK} ${person(ended.deputyId)} no longer decides for you.`
    : md`${NO_DEPUTY} No action was taken.`;
  return message(words, [section(words), context(asOf(now))]);
}

/** Who is away now, the reader first. */
export function awayList(delegations: readonly Delegation[], actorId: string, now: number): Message {
  if (delegations.length === 0) {
    const nobody = md`No approver is away.`;
    const how = md`To name a deputy: ${code('/payout away @deputy until <day>')}.`;
    return message(nobody, [section(nobody), section(how), context(asOf(now))]);
  }
  const concerns = (one: Delegation): number => (one.userId === actorId || one.deputyId === actorId ? 0 : 1);
  const sorted = [...delegations].sort(
    (one, other) => concerns(one) - concerns(other) || one.until - other.until,
  );
  const title = md`${count(sorted.length, 'approver')} away`;
  return message(title, [
    header(title),
    {
      rows: sorted.map((one) => {
        const row = md`${person(one.userId)} until the end of ${lastDay(one)}: ${person(one.deputyId)} decides`;
        return { blocks: [section(row)], fallback: row };
      }),
    },
    context(asOf(now)),
  ]);
}
