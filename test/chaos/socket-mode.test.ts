/** Owns Socket Mode over a bad network, with Payout Desk as a process: nothing ends it, and it comes back by itself. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSocketMode, type SocketMode } from '../fakes/socket-mode.ts';
import { type Replica, startReplica, tryReplica } from './replica.ts';
import { isFull, report, size } from './size.ts';
import { askToCancel, openStage, read, type Stage, until } from './stage.ts';
import { START_PROBLEMS } from '../../src/cli/explain-failure.ts';

let stage: Stage;
let socket: SocketMode;
let replica: Replica | undefined;
beforeEach(async () => {
  stage = await openStage();
  socket = await startSocketMode(stage.slack);
  stage.settings['SLACK_APP_TOKEN'] = stage.slack.appToken;
});
afterEach(async () => {
  await replica?.kill();
  replica = undefined;
  await socket.close();
  await stage.close();
});

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function readiness(): Promise<string> {
  const answer = await fetch(`${replica?.url}/readyz`);
  return `${answer.status} ${await answer.text()}`;
}

const REFRESHES = size(2, 40);

test(`${REFRESHES} routine refreshes while commands arrive: each command is acknowledged and answered`, async () => {
  replica = await startReplica({ settings: stage.settings });
  const { people, slack } = stage;
  const sent: ReturnType<typeof people.operator.command>[] = [];
  for (let round = 0; round < REFRESHES; round += 1) {
    for (let index = 0; index < 10; index += 1) {
      sent.push(people.operator.command('/payout', 'help'));
      if (index === 5) socket.disconnect('refresh_requested');
      await wait(20);
    }
    await slack.waitFor(() => socket.connections() > 0, { what: 'a connection', withinMs: 10_000 });
  }
  const delivered = await Promise.all(sent);
  // What was lost on the closing connection is delivered again, as Slack does it; here in a new envelope.
  const fresh = (payload: object) => ({ ...payload });
  const again = await Promise.all(
    delivered.map(async (one) => (one.ack.acknowledged ? one : await one.again({ forge: fresh }))),
  );
  expect(again.filter(({ ack }) => !ack.acknowledged)).toEqual([]);
  await Promise.all(again.map((one) => one.answer(1, { withinMs: 10_000 })));
  report('routine refreshes', {
    refreshes: REFRESHES,
    commands: delivered.length,
    'delivered twice': again.filter((one, index) => one !== delivered[index]).length,
    'not answered': 0,
  });
}, 300_000);

test('the app token is refused on reconnect: Payout Desk stays up, says so, and connects when it is accepted', async () => {
  replica = await startReplica({ settings: stage.settings });
  const { slack, people } = stage;
  slack.faults.set('apps.connections.open', { kind: 'error', error: 'invalid_auth' });
  socket.drop();
  await slack.waitFor(
    () => slack.callsTo('apps.connections.open').some((call) => call.answer?.['ok'] === false),
    {
      what: 'a refused reconnect',
      withinMs: 15_000,
    },
  );
  await wait(size(1_000, 20_000));
  expect(await readiness()).toContain('503 {"ready":false,"problems":["no connection to Slack"]}');
  expect((await fetch(`${replica.url}/healthz`)).status).toBe(200);
  slack.faults.clear();
  await slack.waitFor(() => socket.connections() > 0, { what: 'a connection', withinMs: 40_000 });
  await until('readiness', 5_000, async () => (await readiness()).startsWith('200'));
  expect(read(await (await people.operator.command('/payout', 'help')).answer())).toContain('Payout Desk');
}, 120_000);

test('duplicated envelopes, app_rate_limited in both of its forms, garbage: one call, and Payout Desk goes on', async () => {
  replica = await startReplica({ settings: stage.settings });
  const { slack, instantpay, people } = stage;
  const { linkId } = instantpay.addLink();
  const card = await askToCancel(stage, linkId);
  socket.appRateLimited();
  const limited = { type: 'app_rate_limited', team_id: slack.teamId, minute_rate_limited: 0 };
  socket.sendRaw(JSON.stringify({ envelope_id: 'e-1', type: 'events_api', payload: limited }));
  socket.sendRaw('not json');
  socket.sendRaw('{"type":"events_api"}');
  const copies = size(30, 500);
  const clicked = await people.approver.click(card, 'Approve', { copies });
  expect(clicked.acks.filter((ack) => !ack.acknowledged)).toEqual([]);
  await slack.waitFor(() => read(card).includes('Link cancelled'), { withinMs: 20_000 });
  await until('the replica to be done', 60_000, () => (replica?.handled ?? 0) > copies);
  expect(instantpay.callsOf('cancel')).toHaveLength(1);
  expect(await readiness()).toContain('200');
}, 120_000);

// Fifteen seconds of waiting each: at full size alone.
test.runIf(isFull).each([
  ['refused before it is one', (fake: SocketMode) => fake.refuseNext(100_000)],
  ['never greeted', (fake: SocketMode) => fake.withholdHello(100_000)],
])(
  'the first WebSocket is %s: the start ends with 1 and one line',
  async (_name, break_) => {
    break_(socket);
    const startedAt = performance.now();
    const end = await tryReplica({ settings: stage.settings });
    if ('url' in end) throw new Error('the replica opened');
    expect(end.code).toBe(1);
    expect(end.said).toBe(`Payout Desk cannot start: ${START_PROBLEMS.noConnection}`);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  },
  60_000,
);
