/** Owns many requests that eight people decide at the same moment: one call for each, and the seven others are told who. */

import { afterEach, expect, test } from 'vitest';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import type { Delivered } from '../../fakes/slack/deliveries.ts';
import { BLOCK_IDS } from '../../src/slack/block-kit/ids.ts';
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

const REQUESTS = size(6, 200);
/** Requests that are being decided at the same moment. */
const WIDTH = 4;
const CLICKERS = Array.from({ length: 8 }, (_, index) => `U0CLICKER${index}`);

test.each([
  ['two replicas on PostgreSQL', 'postgres', 2],
  ['one process on SQLite', 'sqlite', 1],
])(`${REQUESTS} requests with eight approvers at once, %s`, async (name, engine, count) => {
  stage = await openStage({
    ...(engine === 'postgres' && { databaseUrl: await freshDatabase() }),
    settings: { APPROVERS: CLICKERS.join(',') },
  });
  const { slack, instantpay, people, settings, toSlack } = stage;
  // The local Slack has three people who could approve; these eight are all asked for as one of them.
  toSlack.change = ({ path, body }) =>
    path === '/api/users.info' ? body.replace(/U0CLICKER\d/, people.approver.id) : body;
  replicas = await Promise.all(Array.from({ length: count }, () => startReplica({ settings })));
  stage.deliverTo(...replicas.map(({ url }) => url));

  const links = Array.from({ length: REQUESTS }, () => instantpay.addLink().linkId);
  const cards = new Map<string, SlackMessage>();
  await atOnce(WIDTH, links, async (linkId) => void cards.set(linkId, await askToCancel(stage, linkId)));
  const clicks = new Map<string, Delivered[]>();
  await atOnce(WIDTH, links, async (linkId) => {
    const card = cards.get(linkId);
    if (!card) throw new Error('no card');
    clicks.set(
      linkId,
      await Promise.all(CLICKERS.map((userId) => people.approver.click(card, 'Approve', { userId }))),
    );
  });
  await until('the replicas to be done', 120_000, () => {
    return replicas.reduce((sum, { handled }) => sum + handled, 0) >= REQUESTS * (CLICKERS.length + 1);
  });

  expect(instantpay.callsOf('cancel')).toHaveLength(REQUESTS);
  const wins = new Map<string, number>();
  for (const linkId of links) {
    expect(instantpay.callsOf('cancel', linkId)).toHaveLength(1);
    expect(instantpay.link(linkId)?.status).toBe('CANCELLED');
    const text = read(cards.get(linkId) ?? (await Promise.reject(new Error('no card'))));
    expect(text).toContain('Link cancelled');
    const winner = /Approved by @(U0CLICKER\d)/.exec(text)?.[1] ?? '';
    wins.set(winner, (wins.get(winner) ?? 0) + 1);
    const decided = clicks.get(linkId) ?? [];
    expect(decided.filter(({ ack }) => !ack.acknowledged)).toEqual([]);
    for (const { outbound, answers } of decided) {
      const by = JSON.stringify(outbound.payload).includes(`"id":"${winner}"`);
      // Who decided sees the card change; each of the others is told who was first.
      if (by) expect(answers).toHaveLength(0);
      else expect(answers.map(read).join()).toContain(`@${winner}`);
    }
  }
  expect(slack.messages(stage.channels.approvals)).toHaveLength(REQUESTS);
  const times = [...clicks.values()].flat().map(({ ack }) => ack.afterMs);
  report(`decisions, ${name}`, {
    requests: REQUESTS,
    clicks: times.length,
    'cancel calls': instantpay.callsOf('cancel').length,
    'different winners': wins.size,
    'ack p50 ms': percentile(times, 0.5),
    'ack p99 ms': percentile(times, 0.99),
  });
});

const BATCHES = size(2, 40);
const LINKS = 3;

test.each([
  ['two replicas on PostgreSQL', 'postgres', 2],
  ['one process on SQLite', 'sqlite', 1],
])(
  `${BATCHES} requests for ${LINKS} links, each approver leaves another one out, %s`,
  async (_name, engine, count) => {
    stage = await openStage({
      ...(engine === 'postgres' && { databaseUrl: await freshDatabase() }),
      settings: { APPROVERS: CLICKERS.join(',') },
    });
    const { instantpay, people, settings, toSlack } = stage;
    toSlack.change = ({ path, body }) =>
      path === '/api/users.info' ? body.replace(/U0CLICKER\d/, people.approver.id) : body;
    replicas = await Promise.all(Array.from({ length: count }, () => startReplica({ settings })));
    stage.deliverTo(...replicas.map(({ url }) => url));

    const batches = Array.from({ length: BATCHES }, () =>
      Array.from({ length: LINKS }, () => instantpay.addLink().linkId),
    );
    await atOnce(WIDTH, batches, async (linkIds) => {
      const card = await askToCancel(stage, linkIds.join(' '), people.operator, linkIds[0]);
      await Promise.all(
        CLICKERS.map((userId, index) => {
          const selected = linkIds.filter((_linkId, at) => at !== index % LINKS);
          return people.approver.click(card, 'Approve', {
            userId,
            values: { [`${BLOCK_IDS.linkBoxes}.0`]: selected },
          });
        }),
      );
    });
    await until('the replicas to be done', 120_000, () => {
      return replicas.reduce((sum, { handled }) => sum + handled, 0) >= BATCHES * (CLICKERS.length + 1);
    });

    for (const linkIds of batches) {
      const called = linkIds.map((linkId) => instantpay.callsOf('cancel', linkId).length);
      // One decision counted: two links are cancelled once each, and the one that it left out never.
      expect(called.toSorted((one, other) => one - other)).toEqual([0, 1, 1]);
      for (const [index, linkId] of linkIds.entries()) {
        expect(instantpay.link(linkId)?.status).toBe(called[index] === 1 ? 'CANCELLED' : 'ISSUED');
      }
    }
    expect(instantpay.callsOf('cancel')).toHaveLength(BATCHES * (LINKS - 1));
  },
);
