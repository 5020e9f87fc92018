/** Owns the steps of the scenes: one sentence on what to do, where, and the question whether it was seen to happen. */

import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import { notPermitted } from '../../src/payouts/access-words.ts';
import { ACTION_IDS } from '../../src/slack/block-kit/ids.ts';
import { STATE_TITLES } from '../../src/slack/views/approval-words.ts';
import { FIRST_DIGEST } from '../../src/slack/views/digest-changes.ts';
import { OUTCOME_TITLES } from '../../src/slack/views/outcome-words.ts';
import type { Stage } from '../stage.ts';
import { findUnmasked } from '../tour/canaries.ts';
import type { AuditWatch } from './audit-watch.ts';
import type { Eyes } from './eyes.ts';
import type { PageWhere, SceneId, Trouble } from './protocol.ts';
import { SCENE_LINKS, type SceneLink } from './scene-links.ts';

export interface SceneFacts {
  stage: Pick<Stage, 'slack' | 'instantpay' | 'desk'>;
  eyes: Eyes;
  audit: AuditWatch;
  troubles: { readonly on: readonly Trouble[] };
}

interface Step {
  say: string | (() => string);
  seen: () => boolean;
  where?: PageWhere;
}

interface Scene {
  id: SceneId;
  title: string;
  steps: Step[];
}

export function scenesOf(facts: SceneFacts): Scene[] {
  return [look(facts), cancel(facts), unknown(facts), kill(facts), digest(facts), lookBack(facts)];
}

const CANCELLED = String(OUTCOME_TITLES.cancelled);

type Places = ReturnType<typeof placesOf>;

/** Where people do things. */
function placesOf({ slack: { people, channels } }: SceneFacts['stage']) {
  const { operator, approver, admin } = people;
  const payouts = channels.payouts.id;
  return {
    types: (text: string): PageWhere => ({ part: 'composer', person: operator.id, channel: payouts, text }),
    administratorTypes: (text: string): PageWhere => ({
      part: 'composer',
      person: admin.id,
      channel: payouts,
      text,
    }),
    requests: {
      part: 'slack',
      person: operator.id,
      channel: payouts,
      control: ACTION_IDS.linkCancel,
    },
    approves: { part: 'phone', person: approver.id, control: ACTION_IDS.approvalApprove },
    approvesOwn: {
      part: 'slack',
      person: operator.id,
      channel: channels.approvals.id,
      control: ACTION_IDS.approvalApprove,
    },
    remindsAll: {
      part: 'slack',
      person: operator.id,
      channel: channels.digests.id,
      control: ACTION_IDS.remindAll,
    },
    sees: (channel: 'approvals' | 'digests'): PageWhere => ({ part: 'slack', channel: channels[channel].id }),
    clock: (control: 'minute' | 'tomorrow'): PageWhere => ({ part: 'clock', control }),
    switch: (control: Trouble): PageWhere => ({ part: 'instantpay', control }),
    kill: { part: 'kill' },
  } as const;
}

/** The card of the link, then its cancellation: two steps that three scenes begin with. */
function requestSteps(
  { eyes }: SceneFacts,
  { types, requests }: Places,
  { name, linkId }: SceneLink,
): Step[] {
  return [
    {
      say: `Enter /payout ${name}.`,
      where: types(`/payout ${name}`),
      seen: () => eyes.toldAlone().some(({ text }) => text.includes(linkId)),
    },
    {
      say: 'On the card, press Cancel link, choose Duplicate, and request approval: approvers get a card and a push notification. InstantPay got no cancel call for it.',
      where: requests,
      seen: () => eyes.canBeDecided(linkId) && eyes.cancelCalls(linkId).length === 0,
    },
  ];
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

function cancel(facts: SceneFacts): Scene {
  const { stage, eyes } = facts;
  const { slack, instantpay } = stage;
  const places = placesOf(stage);
  const refused = notPermitted('approve');
  const isOnce = (linkId: string): boolean =>
    instantpay.link(linkId)?.status === 'CANCELLED' &&
    eyes.cardReads(linkId, CANCELLED) &&
    eyes.cardsOf(linkId).length === 1 &&
    eyes.cancelCalls(linkId).length === 1;
  return {
    id: 'cancel',
    title: 'Cancel with a second person',
    steps: [
      ...requestSteps(facts, places, SCENE_LINKS.cancel),
      {
        say: 'Still as Asha Rao, press Approve in #payout-approvals: Payout Desk refuses and says why. Still no cancel call.',
        where: places.approvesOwn,
        seen: () =>
          eyes.toldAlone(slack.people.operator.id).some(({ text }) => text.includes(refused)) &&
          eyes.requested().some((linkId) => eyes.cancelCalls(linkId).length === 0),
      },
      {
        say: 'As Vikram Shah, on the phone, press Approve, five times at once if you like: one card, edited, and 1 cancel call.',
        where: places.approves,
        seen: () => eyes.requested().some((linkId) => isOnce(linkId) && eyes.approvals(linkId) > 0),
      },
    ],
  };
}

function unknown(facts: SceneFacts): Scene {
  const { stage, eyes, troubles } = facts;
  const { instantpay } = stage;
  const places = placesOf(stage);
  /** Executed, and its answer never came. */
  const hanging = (): string[] =>
    eyes
      .requested()
      .filter((linkId) =>
        eyes.cancelCalls(linkId).some(({ executed, ending }) => executed && ending === 'noHeaders'),
      );
  const wasLookedAt = (linkId: string): boolean => {
    const call = eyes.cancelCalls(linkId)[0];
    const looks = instantpay.callsOf('track', linkId);
    return call !== undefined && looks.some(({ executed, at }) => executed && at > call.at);
  };
  const checking = String(STATE_TITLES.unknown);
  return {
    id: 'unknown',
    title: 'InstantPay does not answer',
    steps: [
      {
        say: 'Switch on “Hangs after executing”: InstantPay does what it is asked, and never answers.',
        where: places.switch('hangsAfterExecuting'),
        seen: () => troubles.on.includes('hangsAfterExecuting'),
      },
      ...requestSteps(facts, places, SCENE_LINKS.unknown),
      {
        say: 'As Vikram Shah, approve it: InstantPay cancels the link, and Payout Desk gets no answer.',
        where: places.approves,
        seen: () => hanging().length > 0,
      },
      {
        say: `After 6 seconds the card says “${checking}”. It does not say that it failed.`,
        where: places.sees('approvals'),
        seen: () => hanging().some((linkId) => eyes.cardRead(linkId, checking)),
      },
      {
        say: 'Move the clock by 1 minute: Payout Desk looks at the link and settles it. Still 1 cancel call.',
        where: places.clock('minute'),
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

function kill(facts: SceneFacts): Scene {
  const { stage, eyes, audit } = facts;
  const places = placesOf(stage);
  const between = audit.betweenApprovalAndCall;
  return {
    id: 'kill',
    title: 'Payout Desk is killed',
    steps: [
      ...requestSteps(facts, places, SCENE_LINKS.kill),
      {
        say: 'As Vikram Shah, approve it. InstantPay is slow now, so Payout Desk is still checking the link.',
        where: places.approves,
        seen: () => eyes.approvals(SCENE_LINKS.kill.linkId) > 0 || between.size > 0,
      },
      {
        say: 'Within 5 seconds, before InstantPay gets the cancel call, press Kill Payout Desk. Too late: do the same with another link.',
        where: places.kill,
        seen: () => between.size > 0,
      },
      {
        say: 'Wait until it runs again: it starts by itself. Then move the clock by 1 minute: it finishes what was approved, with 1 cancel call.',
        where: places.clock('minute'),
        seen: () =>
          stage.desk.state === 'running' &&
          [...between].some(
            (linkId) => eyes.cardReads(linkId, CANCELLED) && eyes.cancelCalls(linkId).length === 1,
          ),
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
