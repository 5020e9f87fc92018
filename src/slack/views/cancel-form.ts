/** Owns the form that requests a cancellation: what would be cancelled, and why; or the choice, or why it cannot be. */

import type { KnownBlock, ModalView } from '@slack/web-api';
import { PRESET_REASONS, type PresetReason, REASON_TEXT_LENGTH } from '../../payouts/cancel/reason.ts';
import { firstActivityAt, isPossibleDuplicate, type PayoutLink } from '../../payouts/links/link.ts';
import type { OtherLinks } from '../../payouts/links/others.ts';
import type { LinkView } from '../../payouts/links/track.ts';
import { formatRupees } from '../../payouts/money.ts';
import { context, option, type Pair, pairs, type Part, plain, section } from '../block-kit/blocks.ts';
import { BLOCK_IDS, INPUT_IDS, VIEW_IDS } from '../block-kit/ids.ts';
import { boxInputs, radioInput, textInput } from '../block-kit/inputs.ts';
import { asOf, count, md, rupees, when, type Mrkdwn } from '../block-kit/text.ts';
import { amountTo, type Impossible, notPossible, TITLE, title } from './cancel-form-parts.ts';
import { modal } from './form-parts.ts';
import { atAndAgo, contactLines, dotted, environmentTag, timing } from './parts.ts';

export const CANCEL_REASON = 'Reason for cancellation';
export const REASON_DETAILS = 'Details';
export const LINKS_TO_CANCEL = 'Links to cancel';
export const SECOND_PERSON = md`Another person has to approve. The link stays active until then.`;

/** A link that can be requested now. */
export interface Possible {
  linkId: string;
  view: LinkView;
}

export interface GivenReason {
  preset?: PresetReason | undefined;
  text?: string | undefined;
}

export interface CancelFormInput {
  possible: readonly [Possible, ...Possible[]];
  impossible: readonly Impossible[];
  /** Of the only link's recipient. */
  others?: OtherLinks | undefined;
  given: GivenReason;
  /** What was understood of the typed words, or why the last submission was refused. */
  notice?: string | undefined;
  /** Several links are offered, and none is selected yet. */
  tickNone?: boolean | undefined;
  now: number;
}

/** The links as they are now, and the question why. */
export function cancelForm(metadata: string, input: CancelFormInput): ModalView {
  const { possible, impossible, others, given, notice, tickNone = false, now } = input;
  const [first, ...more] = possible;
  const frame = { viewId: VIEW_IDS.cancelReason, title: TITLE, submit: 'Request approval', metadata };
  return modal(frame, [
    ...(notice ? [section(plain(notice))] : []),
    ...(more.length === 0 ? only(first, now) : several(possible, { tickNone, now })),
    ...notPossible(impossible),
    ...(others ? othersBlocks(others, first.view.tracked.amountPaise, now) : []),
    ...reasonInputs(given),
    context(
      dotted(environmentTag(first.view.tracked.environment), asOf(now)),
      more.length === 0
        ? SECOND_PERSON
        : md`Another person has to approve. The links stay active until then.`,
    ),
  ]);
}

function only({ linkId, view: { tracked, record, recordProblem } }: Possible, now: number): KnownBlock[] {
  const created = firstActivityAt(tracked) ?? record?.createdAt;
  const purpose = record?.purpose ?? record?.description;
  const facts: (Pair | undefined)[] = [
    record && [md`Recipient`, plain(...contactLines(record.contact))],
    purpose ? [md`Purpose`, plain(purpose)] : undefined,
    created === undefined ? undefined : [md`Created`, when(created, now)],
    record && [md`Expires`, atAndAgo(record.expiresAt, now)],
    [md`Link ID`, plain(linkId)],
  ];
  return [
    title(tracked.environment, amountTo(tracked.amountPaise, record)),
    ...pairs(facts),
    ...(recordProblem
      ? [context(md`⚠️ Recipient, purpose and expiry are not available:`, plain(recordProblem))]
      : []),
  ];
}

function several(
  possible: readonly Possible[],
  { tickNone, now }: { tickNone: boolean; now: number },
): KnownBlock[] {
  const sum = possible.reduce((all, { view }) => all + (view.tracked.amountPaise ?? 0), 0);
  const options = possible.map(({ linkId, view: { tracked, record } }) =>
    option(amountTo(tracked.amountPaise, record), linkId, [
      record && timing(record, now),
      linkId,
      record?.purpose ?? record?.description,
    ]),
  );
  return [
    title(possible[0]?.view.tracked.environment, `${possible.length} links · ${formatRupees(sum)}`),
    ...boxInputs({
      blockId: BLOCK_IDS.cancelLinks,
      actionId: INPUT_IDS.cancelLinks,
      label: LINKS_TO_CANCEL,
      options,
      // Slack would insist on a box of each input; that there is one at all is checked when it is submitted.
      optional: options.length > 10,
      selected: () => !tickNone,
    }),
  ];
}

export const othersLabel = (links: number): string => `${count(links, 'other open link')} of this recipient`;
export const cannotBeAdded = (links: number): Mrkdwn =>
  md`${count(links, 'open link')} of this recipient cannot be added.`;

/** At most as many as one input takes; the rest is counted. */
const OTHERS_SHOWN = 10;

function othersBlocks(
  { links, incomplete }: OtherLinks,
  amountPaise: number | undefined,
  now: number,
): Part[] {
  const isSame = (link: PayoutLink): boolean => isPossibleDuplicate(link, amountPaise);
  const rank = (link: PayoutLink): number => Number(!isSame(link));
  const canAdd = (link: PayoutLink): boolean => link.status === 'ISSUED' && link.amountPaise !== undefined;
  const issued = links.filter(canAdd).toSorted((one, other) => rank(one) - rank(other));
  const shown = issued.slice(0, OTHERS_SHOWN);
  const options = shown.map((link) =>
    option(`${rupees(link.amountPaise)}${isSame(link) ? ' · possible duplicate' : ''}`, link.linkId, [
      timing(link, now),
      link.linkId,
      link.purpose ?? link.description,
    ]),
  );
  const processing = links.length - issued.length;
  const rest = [
    issued.length > shown.length ? md`… ${count(issued.length - shown.length, 'more', 'more')}` : undefined,
    processing > 0 ? cannotBeAdded(processing) : undefined,
  ].filter((line) => line !== undefined);
  return [
    ...boxInputs({
      blockId: BLOCK_IDS.cancelOthers,
      actionId: INPUT_IDS.cancelOthers,
      label: othersLabel(issued.length),
      hint: 'Select a link to add it to the request.',
      optional: true,
      options,
      selected: () => false,
    }),
    ...rest.map((line) => context(line)),
    ...(incomplete ? [context(md`Other open links of this recipient:`, plain(incomplete))] : []),
  ];
}

function reasonInputs({ preset, text }: GivenReason): KnownBlock[] {
  return [
    radioInput({
      blockId: BLOCK_IDS.reasonPreset,
      actionId: INPUT_IDS.reasonPreset,
      label: CANCEL_REASON,
      options: Object.entries(PRESET_REASONS).map(([value, words]) => option(words, value)),
      initial: preset ?? (text ? 'other' : undefined),
    }),
    textInput({
      blockId: BLOCK_IDS.reason,
      actionId: INPUT_IDS.reasonText,
      label: REASON_DETAILS,
      hint: 'Required for Other. Approvers and auditors will see it. Numbers and addresses are masked.',
      optional: true,
      multiline: true,
      initial: text,
      atMost: REASON_TEXT_LENGTH,
    }),
  ];
}
