/** Owns what the views of the form that requests a cancellation share: its title, its first line, and the links it leaves out. */

import type { KnownBlock } from '@slack/web-api';
import type { Environment, PayoutLink } from '../../payouts/links/link.ts';
import { context, header, type Part, plain, section } from '../block-kit/blocks.ts';
import { clip, count, md, rupees } from '../block-kit/text.ts';
import { sandboxFirst, who } from './parts.ts';

export const TITLE = 'Cancel payout link';

/** A link that cannot, and why, in one sentence. */
export interface Impossible {
  /** Its ID, or what was typed for it. */
  label: string;
  amountPaise?: number | undefined;
  record?: PayoutLink | undefined;
  environment?: Environment | undefined;
  problem: string;
}

/** SANDBOX is marked in the first line. */
export const title = (environment: Environment | undefined, words: string): KnownBlock =>
  header(plain(`${sandboxFirst(environment)}${words}`));

export function amountTo(amountPaise: number | undefined, record: PayoutLink | undefined): string {
  const amount = rupees(amountPaise);
  return record ? `${amount} to ${clip(who(record.contact), 80)}` : amount;
}

/** Twenty of them fit a form. */
const ROW = 80;
const SENTENCE = 160;

/** Named each, so that going on without them is a decision. */
export function notPossible(impossible: readonly Impossible[]): Part[] {
  if (impossible.length === 0) return [];
  const rows = impossible.map((one) => ({
    blocks: [
      context(
        plain(
          [one.record && clip(amountTo(one.amountPaise, one.record), ROW), clip(one.label, ROW)],
          clip(one.problem, SENTENCE),
        ),
      ),
    ],
  }));
  return [section(md`⚠️ *Not part of this request:* ${count(impossible.length, 'link')}`), { rows }];
}
