/** Owns the steps of the scenes in which a link is cancelled: with a second person, without an answer, and killed in between. */

import { notPermitted } from '../../src/payouts/access-words.ts';
import { STATE_TITLES } from '../../src/slack/views/approval-words.ts';
import { SCENE_LINKS } from './scene-links.ts';
import { CANCELLED, placesOf, requestSteps, type Scene, type SceneFacts } from './scene-places.ts';

export function cancel(facts: SceneFacts): Scene {
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

export function unknown(facts: SceneFacts): Scene {
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
        say: 'Switch on “Hangs after executing”: InstantPay cancels links, and does not answer.',
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
        say: 'Move the clock by 1 minute: Payout Desk looks at the link and settles it. Still 1 cancel call for this link.',
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

export function kill(facts: SceneFacts): Scene {
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
        say: 'Before InstantPay gets the cancel call, press Kill Payout Desk.',
        where: places.kill,
        seen: () => between.size > 0,
      },
      {
        say: 'Wait until it runs again: it starts by itself. Then move the clock by 1 minute: it finishes what was approved, with 1 cancel call for this link.',
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
