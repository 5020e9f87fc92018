/** Owns what a scene finds done when somebody begins with it: the look back has a cancellation to look back at. */

import { ACTION_IDS } from '../../src/slack/block-kit/ids.ts';
import type { Stage } from '../stage.ts';
import type { Eyes } from './eyes.ts';
import type { SceneId } from './protocol.ts';
import { SCENE_LINKS } from './scene-links.ts';

/** People do it, as they would; nothing when there is a request already. */
export async function prepareScene(
  scene: SceneId,
  { slack }: Pick<Stage, 'slack'>,
  eyes: Eyes,
): Promise<void> {
  if (scene !== 'audit' || eyes.requested().length > 0) return;
  const { operator, approver } = slack.people;
  const { linkId } = SCENE_LINKS.cancel;
  await operator.command('/payout', `cancel ${linkId} duplicate of invoice 118`);
  const card = await slack.waitFor(() => eyes.canBeDecided(linkId) && eyes.cardsOf(linkId)[0], {
    what: 'the card of the request',
  });
  await approver.click(card, ACTION_IDS.approvalApprove);
}
