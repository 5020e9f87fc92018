/** Owns what is typed at the prompt that no person in Slack does: the clock, InstantPay's troubles, recipients, a kill. */

import type { DemoLink } from '../../fakes/instantpay/ledger.ts';
import { formatIst } from '../../src/payouts/time.ts';
import { changeLink, type LinkChange } from '../page/change-link.ts';
import { createDemoClock } from '../page/clock.ts';
import type { Trouble } from '../page/protocol.ts';
import { createTroubles } from '../page/troubles.ts';
import type { Stage } from '../stage.ts';

export const TROUBLE_WORDS = {
  slow: 'slow',
  hang: 'hangsAfterExecuting',
  '500': 'html500',
  '429': 'tooMany',
  short: 'shortPages',
  'page-3': 'pageThreeFails',
} as const satisfies Record<string, Trouble>;
type TroubleWord = keyof typeof TROUBLE_WORDS;

export const HAPPENINGS = {
  claims: 'claim',
  expires: 'expire',
  stalls: 'stall',
  'is-paid': 'pay',
} as const satisfies Record<string, LinkChange>;
type Happening = keyof typeof HAPPENINGS;

export type Outside =
  | { do: 'clock'; to: number | 'tomorrow' | undefined }
  | { do: 'instantpay'; trouble: TroubleWord | 'off' }
  | { do: 'recipient'; happening: Happening; link: string }
  | { do: 'kill' };

export interface OutsideWorld {
  /** Does it, and gives the line that says what was done. Throws with one sentence. */
  change(wanted: Outside): Promise<string>;
}

const SAID: Record<TroubleWord, string> = {
  slow: 'Every call takes 2.5 seconds.',
  hang: 'InstantPay executes cancellations and reminders, and never answers them.',
  '500': 'Every call is answered with an error page.',
  '429': 'Every call is refused for a while.',
  short: 'A page of the list holds 3 links.',
  'page-3': 'The third page of the list is an error.',
};

const LINK_ID = /^[0-9a-f]{24}$/i;

export function createOutsideWorld(stage: Stage): OutsideWorld {
  const { instantpay, clock, desk } = stage;
  const troubles = createTroubles(instantpay, () => {});
  const demoClock = createDemoClock(stage, () => {});

  const linkNamed = (words: string): DemoLink => {
    const wanted = words.toLowerCase();
    const found = LINK_ID.test(words)
      ? [instantpay.link(wanted)].filter((link) => link !== undefined)
      : instantpay.links().filter(({ person }) => person.name.toLowerCase() === wanted);
    const [link] = found;
    if (!link) throw new Error(`No link of ${words}. Name the recipient, or the link ID.`);
    if (found.length > 1) throw new Error(`${found.length} links of ${words}. Name the link ID.`);
    return link;
  };

  return {
    async change(wanted) {
      switch (wanted.do) {
        case 'clock':
          if (wanted.to !== undefined) await demoClock.move(wanted.to);
          return `The clock shows ${formatIst(clock())}.`;
        case 'instantpay':
          if (wanted.trouble === 'off') {
            troubles.clear();
            return 'InstantPay works as usual.';
          }
          troubles.set(TROUBLE_WORDS[wanted.trouble], true);
          return `${SAID[wanted.trouble]} “instantpay off” ends it.`;
        case 'recipient': {
          const { linkId, person } = linkNamed(wanted.link);
          changeLink(stage, linkId, HAPPENINGS[wanted.happening]);
          return `The link of ${person.name} is ${instantpay.link(linkId)?.status} at InstantPay.`;
        }
        case 'kill':
          if (desk.state !== 'running') throw new Error('Payout Desk is not running at the moment.');
          desk.kill();
          return 'Payout Desk was killed. It starts again by itself in 2 seconds.';
      }
    },
  };
}

/** Undefined: it is nothing of this; a text: what is missing. */
export function readOutside(word: string, rest: string): Outside | string | undefined {
  switch (word) {
    case 'clock':
      return readClock(rest);
    case 'instantpay': {
      const trouble = [...troubleWords(), 'off' as const].find((one) => one === rest.toLowerCase());
      return trouble
        ? { do: 'instantpay', trouble }
        : `There is: instantpay ${troubleWords().join('|')}|off.`;
    }
    case 'recipient': {
      const [said = '', ...link] = rest.split(/\s+/);
      const happening = happenings().find((one) => one === said.toLowerCase());
      return happening && link.length > 0
        ? { do: 'recipient', happening, link: link.join(' ') }
        : `There is: recipient ${happenings().join('|')}, and the name of the recipient or the link ID.`;
    }
    case 'kill':
      return { do: 'kill' };
    default:
      return undefined;
  }
}

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** Further ahead the links of the demo are all over. */
const MOST_MS = 40 * UNITS.d;

function readClock(rest: string): Outside | string {
  if (rest === '') return { do: 'clock', to: undefined };
  if (/^tomorrow(\s+10:00)?$/i.test(rest)) return { do: 'clock', to: 'tomorrow' };
  const [, amount, letter] = /^\+?\s*(\d{1,5})\s*(m|h|d)\w*$/i.exec(rest) ?? [];
  const unit = (['m', 'h', 'd'] as const).find((one) => one === letter?.toLowerCase());
  const to = unit === undefined ? 0 : Number(amount) * UNITS[unit];
  if (to > 0 && to <= MOST_MS) return { do: 'clock', to };
  return 'There is: clock +1m, clock +13h, clock +2d (40 days at most), clock tomorrow 10:00.';
}

export function troubleWords(): TroubleWord[] {
  return ['slow', 'hang', '500', '429', 'short', 'page-3'];
}

export function happenings(): Happening[] {
  return ['claims', 'expires', 'stalls', 'is-paid'];
}
