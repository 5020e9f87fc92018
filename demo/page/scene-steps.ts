/** Owns the steps of the scenes: one sentence on what to do, and the question whether it was seen to happen. */

import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import { notPermitted } from '../../src/payouts/access-words.ts';
import { ACTION_IDS } from '../../src/slack/block-kit/ids.ts';
import { FIRST_DIGEST } from '../../src/slack/views/digest-changes.ts';
import { OUTCOME_TITLES } from '../../src/slack/views/outcome-words.ts';
import { STATE_TITLES } from '../../src/slack/views/approval-words.ts';
import type { Stage } from '../stage.ts';
import { findUnmasked } from '../tour/canaries.ts';
import type { AuditWatch } from './audit-watch.ts';
import type { Eyes } from './eyes.ts';
import type { SceneId } from './protocol.ts';

export interface SceneFacts {
  stage: Pick<Stage, 'slack' | 'instantpay' | 'desk'>;
  eyes: Eyes;
  audit: AuditWatch;
}

interface Step {
  say: string | (() => string);
  seen: () => boolean;
}

interface Scene {
  id: SceneId;
  title: string;
  steps: Step[];
}

export function scenesOf(facts: SceneFacts): Scene[] {
  return [look(facts), cancel(facts), unknown(facts), kill(facts), digest(facts), audit(facts)];
}

const CANCELLED = String(OUTCOME_TITLES.cancelled);

function look({ stage: { slack, instantpay }, eyes }: SceneFacts): Scene {
  const { issued, claimed } = WELL_KNOWN;
  const isCardOf = (linkId: string): boolean =>
    [...slack.allMessages].some(({ blocks, unfurls }) => {
      const shown = JSON.stringify([blocks, unfurls]);
      return shown.includes(ACTION_IDS.linkRefresh) && shown.includes(linkId);
    });
  const cardOf = (linkId: string): string | undefined =>
    eyes.toldAlone().find(({ text }) => text.includes(linkId) && text.includes('₹'))?.text;
  const code = instantpay.link(issued)?.code ?? '';
  return {
    id: 'look',
    title: 'Look up a link',
    steps: [
      {
        say: `In #payouts, enter /payout ${WELL_KNOWN_PEOPLE.issued.name}, or paste https://instant.pe/${code}: its card shows amount, status and expiry.`,
        seen: () => isCardOf(issued) || cardOf(issued) !== undefined,
      },
      {
        say: `Enter /payout ${WELL_KNOWN_PEOPLE.claimed.name}: the account the money went to is masked.`,
        seen() {
          const card = cardOf(claimed);
          return card !== undefined && findUnmasked(card, instantpay).length === 0;
        },
      },
    ],
  };
}

function cancel({ stage: { slack, instantpay }, eyes }: SceneFacts): Scene {
  const refused = notPermitted('approve');
  const isCancelled = (linkId: string): boolean =>
    instantpay.link(linkId)?.status === 'CANCELLED' && eyes.cardReads(linkId, CANCELLED);
  const isOnce = (linkId: string): boolean =>
    isCancelled(linkId) && eyes.cardsOf(linkId).length === 1 && eyes.cancelCalls(linkId).length === 1;
  return {
    id: 'cancel',
    title: 'A cancellation takes two people',
    steps: [
      {
        say: 'On the card, press Cancel link, choose Duplicate and send it: approvers get a card and a push notification, InstantPay gets no call.',
        seen: () =>
          eyes
            .requested()
            .some((linkId) => eyes.canBeDecided(linkId) && eyes.cancelCalls(linkId).length === 0),
      },
      {
        say: 'Still as Asha Rao, press Approve in #payout-approvals: Payout Desk refuses and says why. Still no call.',
        seen: () =>
          eyes.toldAlone(slack.people.operator.id).some(({ text }) => text.includes(refused)) &&
          eyes.requested().some((linkId) => eyes.cancelCalls(linkId).length === 0 || isOnce(linkId)),
      },
      {
        say: 'As Vikram Shah, press Approve on the phone: the link is cancelled, the card is edited, InstantPay got 1 cancel call.',
        seen: () => eyes.requested().some(isOnce),
      },
      {
        say: 'Press it five times: still one card and 1 cancel call.',
        seen: () => eyes.requested().some((linkId) => isOnce(linkId) && eyes.approvals(linkId) > 1),
      },
    ],
  };
}

function unknown({ stage: { instantpay }, eyes }: SceneFacts): Scene {
  /** Executed, and its answer never came. */
  const hanging = (): string[] =>
    eyes
      .requested()
      .filter((linkId) =>
        eyes.cancelCalls(linkId).some(({ executed, ending }) => executed && ending === 'noHeaders'),
      );
  const wasLookedAt = (linkId: string): boolean => {
    const call = eyes.cancelCalls(linkId)[0];
    const later = instantpay.callsOf('track', linkId);
    return call !== undefined && later.some((track) => track.executed && track.at > call.at);
  };
  return {
    id: 'unknown',
    title: 'InstantPay does not answer',
    steps: [
      {
        say: 'Switch on “Hangs after executing”, then request and approve the cancellation of another link: InstantPay cancels it and does not answer.',
        seen: () => hanging().length > 0,
      },
      {
        say: `After a few seconds the card says “${String(STATE_TITLES.unknown)}”. It does not say that it failed.`,
        seen: () => hanging().some((linkId) => eyes.cardRead(linkId, String(STATE_TITLES.unknown))),
      },
      {
        say: 'Move the clock by 1 minute: Payout Desk settles it by looking at the link. Still 1 cancel call.',
        seen: () =>
          hanging().some(
            (linkId) =>
              eyes.cardReads(linkId, CANCELLED) &&
              wasLookedAt(linkId) &&
              eyes.cancelCalls(linkId).length === 1,
          ),
      },
    ],
  };
}

function kill({ stage: { desk }, eyes, audit: { betweenApprovalAndCall } }: SceneFacts): Scene {
  return {
    id: 'kill',
    title: 'Payout Desk is killed',
    steps: [
      {
        say: 'Request and approve a cancellation, and press “Kill the desk” within 5 seconds, before InstantPay gets the call.',
        seen: () => betweenApprovalAndCall.size > 0,
      },
      {
        say: 'Payout Desk starts again by itself.',
        seen: () => betweenApprovalAndCall.size > 0 && desk.state === 'running',
      },
      {
        say: 'It finishes what was approved: the link is cancelled, with 1 cancel call.',
        seen: () =>
          [...betweenApprovalAndCall].some(
            (linkId) => eyes.cardReads(linkId, CANCELLED) && eyes.cancelCalls(linkId).length === 1,
          ),
      },
    ],
  };
}

function digest({ stage: { slack, instantpay }, eyes }: SceneFacts): Scene {
  const INCOMPLETE = 'Payout digest incomplete';
  const digests = (): string[] =>
    eyes
      .inChannel(slack.channels.digests.id)
      .filter(({ message }) => !message.threadTs)
      .map(({ text }) => text);
  const isWhole = (text: string): boolean => text.includes('Complete ·') || /\bComplete\b/.test(text);
  const reminded = (): number => instantpay.callsOf('notify').filter(({ executed }) => executed).length;
  const askedForAll = (): boolean =>
    slack.deliveries.some(({ outbound }) => JSON.stringify(outbound.payload).includes(ACTION_IDS.remindAll));
  return {
    id: 'digest',
    title: 'The morning digest',
    steps: [
      {
        say: 'Move the clock to tomorrow 10:00: the digest in #payout-digests says what changed since the last one.',
        seen: () =>
          digests().some(
            (text) => isWhole(text) && /Since .+: \d/.test(text) && !text.includes(String(FIRST_DIGEST)),
          ),
      },
      {
        say: 'As Asha Rao, press Send reminder to all in it: every recipient whose link expires soon is reminded once.',
        seen: () => askedForAll() && reminded() > 1,
      },
      {
        say: 'Switch on “Page 3 fails”, and enter /payout digest: it says incomplete, and shows no totals as if they were whole.',
        seen: () =>
          instantpay.callsOf('list').some(({ ending }) => ending === 'html500') &&
          [...eyes.toldAlone().map(({ text }) => text), ...digests()].some(
            (text) =>
              text.includes(INCOMPLETE) && text.includes('Totals are not shown') && !text.includes('₹'),
          ),
      },
    ],
  };
}

function audit({ stage: { slack }, eyes, audit: chain }: SceneFacts): Scene {
  const { admin } = slack.people;
  const hasFile = (): boolean =>
    slack.allMessages.some(
      ({ channel, files }) =>
        channel === admin.directMessages && files.some(({ name }) => /^payout-audit.*\.csv$/.test(name)),
    );
  return {
    id: 'audit',
    title: 'Who, when and why',
    steps: [
      {
        say: 'As Kavya Nair, the administrator, enter /payout audit: each cancellation with who requested it, who approved it, when and why.',
        seen: () =>
          eyes
            .toldAlone(admin.id)
            .some(({ text }) => text.includes('requested by @') && text.includes('approved by @')),
      },
      {
        say: 'Enter /payout audit csv: the same as a file, by direct message.',
        seen: hasFile,
      },
      {
        say: () => {
          const line = hasFile() ? chain.verified() : undefined;
          const what = 'The chain of the audit is verified, as npm run audit -- verify does';
          return line === undefined
            ? `${what}.`
            : `${what}: ${line.replace(/:([0-9a-f]{8})[0-9a-f]+$/, ':$1')}.`;
        },
        seen: () => hasFile() && chain.verified() !== undefined,
      },
    ],
  };
}
