/** Owns the click that Slack had to be answered for before it was recorded: killed then, the person has read that it is not. */

import { NOT_SAVED_YET } from '../../src/slack/views/notices.ts';
import { afterEach, expect, test } from 'vitest';
import { type Replica, startReplica } from './replica.ts';
import { askToCancel, openStage, read, type Stage } from './stage.ts';

let stage: Stage;
let replica: Replica | undefined;
afterEach(async () => {
  await replica?.stop();
  await stage.close();
});

async function start(): Promise<Replica> {
  replica = await startReplica({ settings: stage.settings });
  stage.deliverTo(replica.url);
  return replica;
}

test('killed between the acknowledgement and the record: "not recorded yet" was read, and a second click counts', async () => {
  stage = await openStage();
  const { slack, instantpay, people } = stage;
  const first = await start();
  const [link] = instantpay.links('ISSUED');
  if (!link) throw new Error('no link');
  const card = await askToCancel(stage, link.linkId);
  const told = (): string[] => slack.messages(people.approver.directMessages).map(read);

  slack.faults.set('users.info', { kind: 'hold' });
  const clicked = await people.approver.click(card, 'Approve');
  expect(clicked.ack.acknowledged).toBe(true);
  expect(told()).toEqual([expect.stringContaining(NOT_SAVED_YET)]);
  await first.kill();
  slack.faults.clear('users.info');

  await start();
  expect(read(card)).toContain('[Approve]');
  expect(told()).toEqual([expect.stringContaining(NOT_SAVED_YET)]);
  expect(instantpay.callsOf('cancel')).toHaveLength(0);
  await people.approver.click(card, 'Approve');
  await slack.waitFor(() => instantpay.callsOf('cancel', link.linkId).length === 1, { withinMs: 15_000 });
});
