/** Owns the digest’s message: counts and totals of a complete list, “all clear”, or incomplete and without totals. */

import {
  AGEING,
  type AgeBucket,
  type Digest,
  type StatusDigest,
  since,
  statusesRead,
} from '../../payouts/digest/digest.ts';
import type { PayoutLink } from '../../payouts/links/link.ts';
import type { AuditAnchor } from '../../payouts/audit-port.ts';
import {
  context,
  divider,
  header,
  type Message,
  message,
  pairs,
  plain,
  section,
  type Part,
  type Row,
} from '../block-kit/blocks.ts';
import { LIMITS } from '../block-kit/limits.ts';
import {
  asOf,
  constant,
  count,
  day,
  joinMd,
  lasting,
  type Mrkdwn,
  md,
  relative,
  rupees,
  fallback,
  when,
} from '../block-kit/text.ts';
import { expiringParts, expiringWords } from './expiring-list.ts';
import {
  badge,
  dotted,
  environmentTag,
  environmentWord,
  sandboxFirst,
  requestId,
  shortRow,
  fallbackLink,
  trackButton,
} from './parts.ts';

export interface DigestOptions {
  now: number;
  /** Next attempt on an incomplete list, and the end of all attempts; undefined: no further attempt. */
  retry?: { at: number; until: number } | undefined;
  /** Due time of a digest whose last attempt was incomplete. */
  missedDueAt?: number | undefined;
  /** The last audit row; shown in the channel, it reveals rows that are removed later. */
  audit?: AuditAnchor | undefined;
}

/** Beside a digest whose first post was cut off. */
export const MAY_APPEAR_TWICE = md`Payout Desk was interrupted while posting this message, so it may appear twice.`;

/** Adds that the message may appear twice: Slack did not report whether it took an earlier post. */
export function perhapsAgain({ text, blocks }: Message): Message {
  const doubt = context(MAY_APPEAR_TWICE);
  return { text, blocks: [...blocks.slice(0, LIMITS.blocksInMessage - 1), doubt] };
}

/** "Audit 1234:ab12cd34": enough of the hash for `audit verify --expect`. */
function auditWords({ audit }: DigestOptions): Mrkdwn | undefined {
  return audit && md`Audit ${constant(`${audit.sequence}:${audit.hash.slice(0, ANCHOR_DIGITS)}`)}`;
}

const ANCHOR_DIGITS = 8;

export function digestMessage(digest: Digest, options: DigestOptions): Message {
  const { now } = options;
  if (!digest.complete) return incompleteMessage(digest, options);
  const busy = digest.statuses.filter((status) => status.count > 0);
  const quiet = digest.statuses.filter((status) => status.count === 0);
  const where = dotted(environmentTag(digest.environment), asOf(digest.at), auditWords(options));
  const soon = expiringWords(digest.expiring);
  if (busy.length === 0 && soon === undefined) {
    const none = constant(quiet.map(({ status }) => status).join(' or '));
    const within = lasting(digest.expiring.withinMs);
    return message(
      fallback`All clear: no ${none} links, none expires within ${within}. ${environmentWord(digest.environment)}. ${asOf(digest.at)}.`,
      [
        section(
          dotted(
            md`${sandboxFirst(digest.environment)}✅ *All clear:* no ${none} links, none expires within ${within}`,
            where,
          ),
        ),
      ],
    );
  }
  const lines = [...(soon ? [soon] : []), ...busy.map(summary)];
  return message(
    fallback`Payout digest: ${joinMd(lines, '; ')}. ${environmentWord(digest.environment)}. ${asOf(digest.at)}.`,
    [
      header(md`${sandboxFirst(digest.environment)}Payout digest · ${day(digest.at)}`),
      context(where),
      ...expiringParts(digest.expiring, now),
      section(joinMd(digest.statuses.map(overview), '\n')),
      ...busy.flatMap((status) => statusParts(status, now)),
    ],
  );
}

/** One line a status, above the rows. */
function overview({ status, count: amount, totalPaise, amountUnknown }: StatusDigest): Mrkdwn {
  const total =
    amount === 0
      ? md`none`
      : md`${count(amount, 'link')} · *${rupees(totalPaise)}*${withoutAmount(amountUnknown)}`;
  return md`${badge(status)}   ${total}`;
}

/** Amounts that the total leaves out (R3). */
function withoutAmount(links: number): Mrkdwn {
  return links === 0 ? md`` : md` and ${count(links, 'amount')} not readable`;
}

/** "12 EXPIRED links, ₹1,23,456.00". */
function summary({ status, count: amount, totalPaise, amountUnknown }: StatusDigest): Mrkdwn {
  return md`${count(amount, `${status} link`)}, ${rupees(totalPaise)}${withoutAmount(amountUnknown)}`;
}

function statusParts(digest: StatusDigest, now: number): Part[] {
  const { oldest, largest } = digest;
  const parts: Part[] = [
    divider(),
    section(
      md`*${badge(digest.status)} by age since ${digest.status === 'EXPIRED' ? md`expiry` : md`creation`}*`,
    ),
    ...pairs(ageing(digest)),
    context(md`*Oldest first*`),
    { rows: oldest.map((link) => row(link, now)), further: digest.count - oldest.length },
  ];
  // With every link shown, a second order adds nothing.
  if (digest.count <= oldest.length) return parts;
  return [
    ...parts,
    context(md`*Largest first*`),
    // Not in the fallback text: it would name many links twice.
    {
      rows: largest.map((link) => ({ blocks: row(link, now).blocks })),
      further: digest.count - largest.length,
    },
  ];
}

function ageing(digest: StatusDigest): [Mrkdwn, Mrkdwn][] {
  const rows = AGEING.map((bucket, index): [Mrkdwn, Mrkdwn] => [
    constant(bucket.label),
    bucketWords(digest.ageing[index]),
  ]);
  if (digest.ageUnknown.count > 0) rows.push([md`age unknown`, bucketWords(digest.ageUnknown)]);
  return rows;
}

function bucketWords(bucket: AgeBucket | undefined): Mrkdwn {
  return !bucket || bucket.count === 0
    ? md`–`
    : md`${count(bucket.count, 'link')} · ${rupees(bucket.totalPaise)}`;
}

function row(link: PayoutLink, now: number): Row {
  const from = since(link, now);
  const age = link.status === 'EXPIRED' ? md`expired` : md`created`;
  const aged = from === undefined ? md`age unknown` : md`${age} ${relative(from, now)}`;
  return { blocks: [shortRow(link, [aged], trackButton(link))], fallback: fallbackLink(link, aged) };
}

function incompleteMessage(digest: Digest, options: DigestOptions): Message {
  const read = md`${count(digest.pagesRead, 'page')} with ${count(digest.recordsRead, 'link')}`;
  const statuses = constant(statusesRead(digest.statuses.map(({ status }) => status)).join(', '));
  const next = nextStep(options);
  return message(
    fallback`Payout digest incomplete (${statuses}): ${read} read. ${next} ${environmentWord(digest.environment)}. ${asOf(digest.at)}.`,
    [
      header(md`${sandboxFirst(digest.environment)}⚠️ Payout digest incomplete · ${day(digest.at)}`),
      section(
        md`*Totals are not shown:* InstantPay’s list of ${statuses} links could not be read completely.`,
      ),
      ...pairs([
        [md`Read so far`, read],
        [md`Reason`, plain(digest.reason)],
      ]),
      section(next),
      context(
        dotted(environmentTag(digest.environment), asOf(digest.at), auditWords(options)),
        requestId(digest.ipayUuid),
      ),
    ],
  );
}

export const NO_MORE_RETRIES = md`No more automatic retries. Run \`/payout digest\`.`;

/** When an incomplete digest is tried again, and until when. */
export function retryTimes({ at, until }: { at: number; until: number }, now: number): Mrkdwn {
  return md`Next attempt: ${when(at, now)} (${relative(at, now)}). Last attempt: by ${when(until, now)}.`;
}

/** No attempt is left, and the due time has passed. */
export function digestMissed(dueAt: number, now: number): Mrkdwn {
  return md`The digest due ${when(dueAt, now)} was missed. ${NO_MORE_RETRIES}`;
}

function nextStep({ now, retry, missedDueAt }: DigestOptions): Mrkdwn {
  if (retry) return retryTimes(retry, now);
  return missedDueAt === undefined ? NO_MORE_RETRIES : digestMissed(missedDueAt, now);
}
