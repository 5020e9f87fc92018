/** Owns what a scene is made of, where people do things on the page, and the steps that several scenes begin with. */

import { ACTION_IDS } from '../../src/slack/block-kit/ids.ts';
import { OUTCOME_TITLES } from '../../src/slack/views/outcome-words.ts';
import type { Stage } from '../stage.ts';
import type { AuditWatch } from './audit-watch.ts';
import type { Eyes } from './eyes.ts';
import type { PageWhere, SceneId, Trouble } from './protocol.ts';
import type { SceneLink } from './scene-links.ts';

export interface SceneFacts {
  stage: Pick<Stage, 'slack' | 'instantpay' | 'desk'>;
  eyes: Eyes;
  audit: AuditWatch;
  troubles: { readonly on: readonly Trouble[] };
}

export interface Step {
  say: string | (() => string);
  seen: () => boolean;
  where?: PageWhere;
}

export interface Scene {
  id: SceneId;
  title: string;
  steps: Step[];
}

export const CANCELLED = String(OUTCOME_TITLES.cancelled);

export type Places = ReturnType<typeof placesOf>;

/** Where people do things. */
export function placesOf({ slack: { people, channels } }: SceneFacts['stage']) {
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
export function requestSteps(
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
      say: `On the card of ${name}, press Cancel link, choose Duplicate, and request approval: approvers get a card and a push notification. InstantPay got no cancel call for it.`,
      where: requests,
      seen: () => eyes.canBeDecided(linkId) && eyes.cancelCalls(linkId).length === 0,
    },
  ];
}
