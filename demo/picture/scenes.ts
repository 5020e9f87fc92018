/** Owns the three minutes as somebody plays them on the page, with the moments worth a picture. */

import { WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import { STATE_TITLES } from '../../src/slack/views/approval-words.ts';
import type { SceneId } from '../page/protocol.ts';
import { SCENE_LINKS } from '../page/scene-links.ts';
import type { Hands } from './hands.ts';

/** What the eye is on: all of the page, Slack and the phone, or InstantPay's side. */
export type View = 'page' | 'slack' | 'instantpay';

export interface Moment {
  scene: SceneId;
  /** What happens, as a caption. */
  says: string;
  view: View;
  /** How long it is looked at. */
  forMs: number;
  /** For the documents. */
  picture?: Picture;
}

interface Picture {
  name: string;
  /** What a narrow page shows of it. */
  part: 'slack' | 'phone' | 'instantpay';
}

interface Play {
  hands: Hands;
  administrator: string;
  moment: (moment: Moment) => Promise<void>;
}

type Take = (moment: Omit<Moment, 'scene'>) => Promise<void>;

const FIRST = SCENE_LINKS.cancel.name;
const CLAIMED = WELL_KNOWN_PEOPLE.claimed.name;
const SECOND = SCENE_LINKS.unknown.name;
const THIRD = SCENE_LINKS.kill.name;

const DECIDED = /Link cancelled: /;

export async function playScenes({ hands, administrator, moment }: Play): Promise<void> {
  for (const [scene, play] of Object.entries(SCENES)) {
    if (!isScene(scene)) continue;
    await hands.beginScene(scene);
    await play(hands, (part) => moment({ scene, ...part }), administrator);
    await hands.sceneTicked(scene);
  }
}

const isScene = (name: string): name is SceneId => name in SCENES;

const SCENES: Readonly<
  Record<SceneId, (hands: Hands, moment: Take, administrator: string) => Promise<void>>
> = { look, cancel, unknown, kill, digest, audit };

async function look(hands: Hands, moment: Take): Promise<void> {
  await moment({
    says: 'Payout links, looked after in Slack',
    view: 'page',
    forMs: 1_400,
    picture: { name: 'page', part: 'slack' },
  });
  await hands.type('/payout');
  await moment({ says: 'Type /payout and what you know', view: 'slack', forMs: 1_000 });
  await hands.type(`/payout ${CLAIMED}`);
  await moment({ says: 'Type /payout and what you know: a name', view: 'slack', forMs: 900 });
  await hands.say(`/payout ${CLAIMED}`);
  await hands.reads(/UTIB|ACCOUNT · /);
  await moment({ says: 'Paid: the account is masked', view: 'slack', forMs: 1_500 });
  await hands.type(`/payout ${FIRST}`);
  await moment({ says: 'Not claimed yet', view: 'slack', forMs: 700 });
  await hands.say(`/payout ${FIRST}`);
  await hands.reads('₹12,500.50');
  await hands.page.locator('#messages button', { hasText: 'Cancel link' }).last().waitFor();
  await moment({
    says: 'The link: who, how much, until when',
    view: 'slack',
    forMs: 1_500,
    picture: { name: 'scene-look', part: 'slack' },
  });
}

async function request(hands: Hands, reason: string): Promise<void> {
  await hands.press('Cancel link');
  await hands.chooseInForm(reason);
}

async function cancel(hands: Hands, moment: Take): Promise<void> {
  await request(hands, 'Duplicate');
  await moment({ says: 'Asha requests its cancellation', view: 'slack', forMs: 1_500 });
  await hands.submit();
  await hands.page.locator('#pushes button').first().waitFor();
  await hands.goTo('payout-approvals');
  await hands.reads(/Cancellation request/);
  await moment({
    says: 'Approvers get a card, and a push',
    view: 'slack',
    forMs: 1_700,
    picture: { name: 'push', part: 'phone' },
  });
  await hands.press('Approve');
  await hands.confirm();
  await hands.reads(/You do not have permission|cannot approve/);
  await moment({ says: 'She cannot approve it herself', view: 'slack', forMs: 1_700 });
  await hands.openPush();
  await hands.phoneReads(/Cancellation request/);
  await moment({
    says: 'Vikram reads it on his phone',
    view: 'slack',
    forMs: 1_500,
    picture: { name: 'card', part: 'phone' },
  });
  await hands.pressOnPhone('Approve');
  await moment({ says: 'He approves, impatiently', view: 'slack', forMs: 1_300 });
  await hands.confirm('Approve 5 times at once');
  await hands.phoneReads(DECIDED);
  await hands.reads(DECIDED);
  await moment({
    says: 'Pressed five times: one card, one call',
    view: 'slack',
    forMs: 1_700,
    picture: { name: 'scene-cancel', part: 'phone' },
  });
}

/** Requests in #payouts, and opens the push of it on the phone. */
async function requestAndOpen(hands: Hands, recipient: string): Promise<void> {
  await hands.goTo('payouts');
  await hands.say(`/payout ${recipient}`);
  await hands.page
    .locator('#messages .message', { hasText: recipient })
    .locator('button', { hasText: 'Cancel link' })
    .last()
    .waitFor();
  await request(hands, 'Wrong amount');
  await hands.submit();
  const back = hands.page.locator('#phone-back');
  if (await back.isVisible()) await back.click();
  await hands.page.locator('#pushes button', { hasText: recipient }).first().waitFor();
  await hands.goTo('payout-approvals');
  await hands.reads(new RegExp(`(Cancellation request:|Link expires in).* to ${recipient}`));
  await hands.openPush();
  await hands.phoneReads(new RegExp(`(Cancellation request:|Link expires in).* to ${recipient}`));
}

async function unknown(hands: Hands, moment: Take): Promise<void> {
  await hands.trouble('hangsAfterExecuting');
  await moment({ says: 'Now InstantPay acts, and never answers', view: 'instantpay', forMs: 1_400 });
  await hands.look('slack');
  await moment({ says: 'Another cancellation, approved', view: 'slack', forMs: 500 });
  await hands.quietly(() => requestAndOpen(hands, SECOND));
  await hands.pressOnPhone('Approve');
  await hands.confirm();
  await hands.phoneReads(String(STATE_TITLES.unknown));
  await hands.reads(String(STATE_TITLES.unknown));
  await moment({
    says: 'Not confirmed, and never sent again',
    view: 'slack',
    forMs: 1_700,
    picture: { name: 'scene-unknown', part: 'phone' },
  });
  await hands.clock('minute');
  await hands.phoneReads(new RegExp(`Link cancelled: \\S+ to ${SECOND}`));
  await moment({ says: 'A minute later: looked up, one call for it', view: 'slack', forMs: 1_700 });
  await hands.quietly(() => hands.trouble('hangsAfterExecuting'));
  await hands.look('slack');
}

async function kill(hands: Hands, moment: Take): Promise<void> {
  await moment({ says: 'A third one, and InstantPay is slow', view: 'slack', forMs: 500 });
  await hands.quietly(() => requestAndOpen(hands, THIRD));
  await hands.pressOnPhone('Approve');
  await hands.confirm();
  // Payout Desk is still checking the link.
  await hands.ticked(/approve it/);
  await moment({ says: 'Approved: the link is being checked', view: 'page', forMs: 600 });
  await hands.kill();
  await hands.page.locator('#desk[data-desk="down"], #desk[data-desk="starting"]').waitFor();
  await moment({ says: 'Killed after the approval, before the call', view: 'page', forMs: 1_700 });
  await hands.page.locator('#desk[data-desk="running"]').waitFor();
  await hands.clock('minute');
  await hands.phoneReads(new RegExp(`Link cancelled: \\S+ to ${THIRD}`));
  await moment({
    says: 'Started again, finished: one call for it',
    view: 'slack',
    forMs: 1_700,
    picture: { name: 'scene-kill', part: 'phone' },
  });
}

async function digest(hands: Hands, moment: Take): Promise<void> {
  await hands.goTo('payout-digests');
  await hands.clock('tomorrow');
  await hands.reads(/Since .*: \d/);
  await hands.show(/Since .*: \d/);
  await moment({
    says: 'At 10:00: what changed, what needs you',
    view: 'slack',
    forMs: 1_700,
    picture: { name: 'scene-digest', part: 'slack' },
  });
  await hands.press(/^Send reminder to all/);
  await hands.confirm();
  await hands.reads(/sent|Sent|Reminders/);
  await moment({ says: 'Reminds all of them, each once', view: 'slack', forMs: 1_700 });
  await hands.trouble('pageThreeFails');
  await hands.look('slack');
  await hands.say('/payout digest');
  await hands.reads(/incomplete/);
  await moment({ says: 'A page of the list fails: incomplete, no totals', view: 'slack', forMs: 1_700 });
  await hands.quietly(() => hands.trouble('pageThreeFails'));
  await hands.look('slack');
}

async function audit(hands: Hands, moment: Take, administrator: string): Promise<void> {
  await hands.become(administrator);
  await hands.goTo('payouts');
  await hands.say('/payout audit cancels');
  await hands.reads(/approved by/);
  await moment({
    says: 'Who requested, who approved, when, why',
    view: 'slack',
    forMs: 1_700,
    picture: { name: 'scene-audit', part: 'slack' },
  });
  await hands.say('/payout audit csv');
  await hands.goTo('Messages');
  await hands.page.locator('#messages', { hasText: 'payout-audit' }).waitFor();
  await moment({ says: 'The same as a file; its chain is verified', view: 'slack', forMs: 1_700 });
}
