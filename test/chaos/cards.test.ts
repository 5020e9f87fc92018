/** Owns two replicas whose clocks differ, one of them frozen: each request has one card, and it is true. */

import { afterEach, expect, test } from 'vitest';
import { seededRandom } from '../../fakes/instantpay/people.ts';
import { select } from './stored.ts';
import { type Replica, startReplica } from './replica.ts';
import { freshDatabases } from './server.ts';
import { report, size } from './size.ts';
import { askToCancel, atOnce, cardsOf, openStage, read, type Stage, until } from './stage.ts';

const freshDatabase = freshDatabases();
let stage: Stage;
let replicas: Replica[] = [];
const frozen = new Set<number>();
afterEach(async () => {
  for (const pid of frozen) thaw(pid);
  await Promise.all(replicas.map((replica) => replica.kill()));
  await stage.close();
  replicas = [];
});

const SEED = Number(process.env['CHAOS_SEED'] ?? 20_261_121);
const MINUTE_MS = 60_000;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function freeze(pid: number): void {
  process.kill(pid, 'SIGSTOP');
  frozen.add(pid);
}

function thaw(pid: number): void {
  process.kill(pid, 'SIGCONT');
  frozen.delete(pid);
}

/** Two replicas on one database, two minutes apart; each looks at waiting requests every second. */
async function openTwo(cardLeaseMs: number): Promise<[Replica, Replica]> {
  stage = await openStage({ databaseUrl: await freshDatabase(), settings: { LOG_LEVEL: 'warn' } });
  const { settings } = stage;
  const options = { settings, approvalsCron: '* * * * * *', cardLeaseMs };
  const [one, ahead] = await Promise.all([
    startReplica(options),
    startReplica({ ...options, shiftMs: 2 * MINUTE_MS }),
  ]);
  replicas = [one, ahead];
  return [one, ahead];
}

const records = (statement: string) => select(stage.settings['DATABASE_URL'] ?? '', statement);

/** Approved and carried out: the one card of the link says so. */
async function trueAndAlone(linkId: string): Promise<void> {
  await until(`one true card for ${linkId}`, 30_000, () => {
    const cards = cardsOf(stage, linkId).map(read);
    return cards.length === 1 && cards.every((text) => text.includes('Link cancelled'));
  });
  expect(read(cardsOf(stage, linkId)[0] ?? expect.fail())).not.toContain('[Approve]');
  expect(stage.instantpay.callsOf('cancel', linkId)).toHaveLength(1);
}

const REQUESTS = size(6, 120);

test(`${REQUESTS} requests, clocks two minutes apart, Slack slow: one card each`, async () => {
  await openTwo(30_000);
  const { people, instantpay, toSlack } = stage;
  stage.deliverTo(...replicas.map(({ url }) => url));
  const random = seededRandom(SEED);
  let posts = 0;
  toSlack.before = async ({ path }) => {
    if (!path.endsWith('chat.postMessage')) return;
    posts += 1;
    await wait(random() * size(1_200, 3_000));
  };
  const linkIds = Array.from({ length: REQUESTS }, () => instantpay.addLink().linkId);
  await atOnce(3, linkIds, async (linkId) => {
    const card = await askToCancel(stage, linkId);
    await people.approver.click(card, 'Approve');
  });
  for (const linkId of linkIds) await trueAndAlone(linkId);
  report('clocks two minutes apart', { requests: REQUESTS, 'posts to Slack': posts });
}, 600_000);

const LEASE_MS = 1_000;

test.each(['before', 'after'] as const)(
  'a replica frozen beyond its lease, %s Slack takes its card: one card stands',
  async (phase) => {
    const [one, other] = await openTwo(LEASE_MS);
    const { people, instantpay, toSlack } = stage;
    for (let round = 0; round < size(1, 20); round += 1) {
      const { linkId } = instantpay.addLink();
      const held = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      const landed = Promise.withResolvers<void>();
      let isFirst = true;
      const watch = async (now: 'before' | 'after', path: string, body: string): Promise<void> => {
        if (!path.endsWith('chat.postMessage') || !body.includes(stage.channels.approvals.id)) return;
        if (now === phase && isFirst) {
          isFirst = false;
          held.resolve();
          await released.promise;
          if (now === 'after') landed.resolve();
        } else if (now === 'after') landed.resolve();
      };
      toSlack.before = ({ path, body }) => watch('before', path, body);
      toSlack.after = ({ path, body }) => watch('after', path, body);
      stage.deliverTo(one.url);
      const command = people.operator.command('/payout', `cancel ${linkId} paid twice`);
      await held.promise;
      freeze(one.pid);
      await until('the other replica to have a card', 30_000, async () => {
        const rows = await records(
          `select cards.ts from cards join cancel_requests on cancel_requests.id = cancel_request_id
           where link_id = '${linkId}' and purpose = 'request' and ts is not null`,
        );
        return rows.length > 0;
      });
      released.resolve();
      thaw(one.pid);
      await command;
      await until('the frozen one to hear that its lease is lost', 30_000, () => {
        const lost = one.lines.filter((line) => line.includes('card lease lost'));
        return lost.length > round;
      });
      await landed.promise;
      await until('one card', 30_000, () => cardsOf(stage, linkId).length === 1);
      const [card] = cardsOf(stage, linkId);
      stage.deliverTo(other.url);
      await people.approver.click(card ?? expect.fail(), 'Approve');
      await trueAndAlone(linkId);
    }
  },
  600_000,
);
