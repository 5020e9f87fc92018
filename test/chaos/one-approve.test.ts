/** Owns one Approve that Slack delivers again and again to two replicas: one call, and every delivery is acknowledged. */

import { afterEach, expect, test } from 'vitest';
import { ALREADY_APPROVED } from '../../src/slack/views/approval-answers.ts';
import { DECISION_SAVED } from '../../src/slack/views/notices.ts';
import { type Replica, startReplica } from './replica.ts';
import { freshDatabases } from './server.ts';
import { percentile, report, size } from './size.ts';
import { askToCancel, atOnce, openStage, read, type Stage, until } from './stage.ts';

const freshDatabase = freshDatabases();
let stage: Stage;
let replicas: Replica[] = [];
afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await stage.close();
});

const DELIVERIES = size(120, 10_000);
/** Retries under way at the same moment, and deliveries the replicas may be behind with: a replica is loaded, not buried. */
const WIDTH = 8;
const BEHIND = 16;
/** The local Slack's Web API takes no more than 5,000 calls of one token an hour. */
const SLACK_TAKES = 4_900;
const REASONS = ['http_timeout', 'http_error', 'connection_failed'];

test(
  `one Approve delivered ${DELIVERIES} times over two replicas: one cancel call`,
  async () => {
    stage = await openStage({ databaseUrl: await freshDatabase() });
    const { slack, instantpay, people } = stage;
    const { settings } = stage;
    replicas = await Promise.all([startReplica({ settings }), startReplica({ settings })]);
    stage.deliverTo(...replicas.map(({ url }) => url));
    const [link] = instantpay.links('ISSUED');
    if (!link) throw new Error('no link');
    const card = await askToCancel(stage, link.linkId);

    // At once over both, before anybody has decided; then Slack's retries with their headers.
    const burst = await people.approver.click(card, 'Approve', { copies: 40 });
    const acks = [...burst.acks];
    const handled = (): number => replicas.reduce((sum, replica) => sum + replica.handled, 0);
    const startedAt = performance.now();
    const retries = Array.from({ length: DELIVERIES - acks.length }, (_, index) => index);
    await atOnce(WIDTH, retries, async (index) => {
      const retry = { number: 1 + (index % 3), reason: REASONS[index % 3] ?? '' };
      acks.push(...(await burst.again({ retry })).acks);
      await until('the replicas to catch up', 60_000, () => acks.length - handled() < BEHIND);
    });
    const seconds = (performance.now() - startedAt) / 1_000;
    await until('both replicas to be done', 120_000, () => {
      // The command that asked, and every delivery.
      return handled() >= DELIVERIES + 1;
    });

    expect(acks).toHaveLength(DELIVERIES);
    expect(acks.filter((ack) => !ack.acknowledged)).toEqual([]);
    expect(instantpay.callsOf('cancel')).toHaveLength(1);
    expect(instantpay.callsOf('cancel', link.linkId)).toHaveLength(1);
    expect(read(card)).toContain('Link cancelled');
    // The requester hears of it once, and people who were late hear that it is decided.
    const told = slack.messages(people.operator.directMessages);
    expect(told).toHaveLength(1);
    // An answer that took long replaces the message that said so.
    const late = [...people.approver.ephemerals(), ...slack.messages(people.approver.directMessages)]
      .filter(({ deleted }) => !deleted)
      .map(read)
      .filter((text) => !text.includes(DECISION_SAVED));
    if (DELIVERIES < SLACK_TAKES) expect(late).toHaveLength(DELIVERIES - 1);
    else expect(late.length).toBeGreaterThan(SLACK_TAKES);
    expect(late.filter((text) => !text.includes(ALREADY_APPROVED))).toEqual([]);
    const times = acks.map((ack) => ack.afterMs);
    const burstTimes = burst.acks.map((ack) => ack.afterMs);
    report('one Approve', {
      deliveries: DELIVERIES,
      'cancel calls': instantpay.callsOf('cancel').length,
      'a second': Math.round((DELIVERIES - 40) / seconds),
      'ack p50 ms': percentile(times, 0.5),
      'ack p99 ms': percentile(times, 0.99),
      'ack max ms': percentile(times, 1),
      'told that it is decided': late.length,
      'burst of 40, p99 ms': percentile(burstTimes, 0.99),
    });
  },
  size(120_000, 7_200_000),
);
