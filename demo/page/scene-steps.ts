/** Owns the steps of the scenes: one sentence on what to do, where, and the question whether it was seen to happen. */

import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import { ACTION_IDS } from '../../src/slack/block-kit/ids.ts';
import { FIRST_DIGEST } from '../../src/slack/views/digest-changes.ts';
import { findUnmasked } from '../tour/canaries.ts';
import { cancel, kill, unknown } from './cancel-scenes.ts';
import { placesOf, type Scene, type SceneFacts } from './scene-places.ts';

export function scenesOf(facts: SceneFacts): Scene[] {
  return [look(facts), cancel(facts), unknown(facts), kill(facts), digest(facts), lookBack(facts)];
}

function look({ stage, eyes }: SceneFacts): Scene {
  const { slack, instantpay } = stage;
  const { types } = placesOf(stage);
  const { issued, claimed } = WELL_KNOWN;
  const isUnfurled = (linkId: string): boolean =>
    slack.allMessages.some(({ text, unfurls }) => {
      const code = instantpay.link(linkId)?.code;
      return code !== undefined && text.includes(code) && Object.keys(unfurls).length > 0;
    });
  const cardOf = (linkId: string): string | undefined =>
    eyes.toldAlone().find(({ text }) => text.includes(linkId) && text.includes('₹'))?.text;
  const { name } = WELL_KNOWN_PEOPLE.issued;
  return {
    id: 'look',
    title: 'Look up a link',
    steps: [
      {
        say: `Enter /payout ${name}, or paste https://instant.pe/${instantpay.link(issued)?.code}: status, amount and expiry of the link.`,
        where: types(`/payout ${name}`),
        seen: () => cardOf(issued) !== undefined || isUnfurled(issued),
      },
      {
        say: `Enter /payout ${WELL_KNOWN_PEOPLE.claimed.name}: the account that was paid is masked, and so are number and email.`,
        where: types(`/payout ${WELL_KNOWN_PEOPLE.claimed.name}`),
        seen() {
          const card = cardOf(claimed);
          return card !== undefined && findUnmasked(card, instantpay).length === 0;
        },
      },
    ],
  };
}

/** As digests say it, in so many words; what follows is the reason. */
const INCOMPLETE = 'Payout digest incomplete';
const NO_TOTALS = 'Totals are not shown';

function digest({ stage, eyes, troubles }: SceneFacts): Scene {
  const { slack, instantpay } = stage;
  const places = placesOf(stage);
  const digests = (): string[] =>
    eyes
      .inChannel(slack.channels.digests.id)
      .filter(({ message }) => !message.threadTs)
      .map(({ text }) => text);
  const reminded = (): number => instantpay.callsOf('notify').filter(({ executed }) => executed).length;
  const askedForAll = (): boolean =>
    slack.deliveries.some(({ outbound }) =>
      JSON.stringify(outbound.payload.actions ?? []).includes(`"${ACTION_IDS.remindAll}"`),
    );
  const isIncomplete = (text: string): boolean =>
    text.includes(INCOMPLETE) && text.includes(NO_TOTALS) && !text.includes('₹');
  return {
    id: 'digest',
    title: 'The morning digest',
    steps: [
      {
        say: 'Move the clock to tomorrow 10:00: the digest in #payout-digests says what changed, what expires soon and what is stuck.',
        where: places.clock('tomorrow'),
        seen: () =>
          digests().some(
            (text) => /\bComplete\b/.test(text) && /\bSince \S+: \d/.test(text) && !isFirst(text),
          ),
      },
      {
        say: 'As Asha Rao, press Send reminder to all in the digest: each recipient is reminded once.',
        where: places.remindsAll,
        seen: () => askedForAll() && reminded() > 1,
      },
      {
        say: 'Switch on “Page 3 fails”.',
        where: places.switch('pageThreeFails'),
        seen: () => troubles.on.includes('pageThreeFails'),
      },
      {
        say: 'Enter /payout digest: it says incomplete and why, and shows no totals as if they were whole.',
        where: places.types('/payout digest'),
        seen: () =>
          instantpay.callsOf('list').some(({ ending }) => ending === 'html500') &&
          [...eyes.toldAlone().map(({ text }) => text), ...digests()].some(isIncomplete),
      },
    ],
  };
}

const isFirst = (text: string): boolean => text.includes(String(FIRST_DIGEST));

function lookBack({ stage, eyes, audit: chain }: SceneFacts): Scene {
  const { admin } = stage.slack.people;
  const places = placesOf(stage);
  const hasFile = (): boolean =>
    stage.slack.allMessages.some(
      ({ channel, files }) =>
        channel === admin.directMessages && files.some(({ name }) => /^payout-audit.*\.csv$/.test(name)),
    );
  return {
    id: 'audit',
    title: 'Who, when and why',
    steps: [
      {
        say: 'As Kavya Nair, the administrator, enter /payout audit cancels: who requested and approved each cancellation, when and why.',
        where: places.administratorTypes('/payout audit cancels'),
        seen: () =>
          eyes
            .toldAlone(admin.id)
            .some(({ text }) => text.includes('requested by @') && text.includes('approved by @')),
      },
      {
        say: 'Enter /payout audit csv: the same as a file, in a direct message.',
        where: places.administratorTypes('/payout audit csv'),
        seen: hasFile,
      },
      {
        say() {
          const line = hasFile() ? chain.verified() : undefined;
          const found = line === undefined ? '' : `: ${line.replace(/:([0-9a-f]{8})[0-9a-f]+$/, ':$1')}`;
          return `The chain of the audit is verified, as npm run audit -- verify does${found}.`;
        },
        seen: () => hasFile() && chain.verified() !== undefined,
      },
    ],
  };
}
