/**
 * Owns replicas that are killed (SIGKILL) at a random moment of a cancel's life and started again: no second call, no
 * acknowledged decision lost, and every card true within a minute.
 */

import { STATE_TITLES } from '../../src/slack/views/approval-words.ts';
import { OUTCOME_TITLES } from '../../src/slack/views/outcome-words.ts';
import { expect, test } from 'vitest';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import { seededRandom } from '../../fakes/instantpay/people.ts';
import { select, statesOf } from './stored.ts';
import { type Replica, startReplica } from './replica.ts';
import { freshDatabases } from './server.ts';
import { percentile, report, size } from './size.ts';
import { askToCancel, cardsOf, openStage, read, type Stage, until } from './stage.ts';

const freshDatabase = freshDatabases();

const SEED = Number(process.env['CHAOS_SEED'] ?? 20_261_120);
/** From the kill; on the real clock, whatever the replica’s own clock does. */
const TRUE_WITHIN_MS = 60_000;
/** The full size is on the real clock; the small one lets the replica’s run faster, so that leases end sooner. */
const SPEED = size(8, 1);
/** Every step of a cancel's life takes up to this much longer, so that kills land between all of them. */
const STEP_MS = 60;
const LIFE_MS = 900;

/** When the replica dies: after a while, as its click is acknowledged, or at a call, which is lost or loses its answer. */
type Moment =
  | { at: 'random' }
  | { at: 'acknowledgement' }
  | { at: 'call'; path: RegExp; phase: 'before' | 'after'; asking?: true };

/** The moments that cost most, each met in every run; the rounds left over are random. */
const MOMENTS: readonly Moment[] = [
  { at: 'call', path: /link\/cancel$/, phase: 'after' },
  { at: 'acknowledgement' },
  { at: 'call', path: /chat\.postMessage$/, phase: 'after', asking: true },
  { at: 'call', path: /link\/cancel$/, phase: 'before' },
  { at: 'call', path: /chat\.update$/, phase: 'after' },
];
const RANDOM: Moment = { at: 'random' };

interface Tally {
  rounds: number;
  calls: number;
  doubleCalls: number;
  lost: number;
  neverArrived: number;
  killedAs: Map<string, number>;
  trueAfterMs: number[];
}

interface Lane {
  stage: Stage;
  replicas: Replica[];
  random: () => number;
  tally: Tally;
  /** Told of every call of the replica before it goes on and before its answer goes back. */
  watch: ((phase: 'before' | 'after', path: string) => Promise<void> | void) | undefined;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** PostgreSQL judges leases by its own clock, which nothing here makes faster. */
const CARD_LEASE_MS = size(2_000, 30_000);

function start(stage: Stage): Promise<Replica> {
  const { settings } = stage;
  const cardLeaseMs = settings['DATABASE_URL']?.startsWith('postgres') ? CARD_LEASE_MS : undefined;
  return startReplica({
    settings,
    speed: SPEED,
    approvalsCron: '* * * * * *',
    ...(cardLeaseMs && { cardLeaseMs }),
  });
}

async function openLane(engine: string, replicas: number, seed: number, tally: Tally): Promise<Lane> {
  const random = seededRandom(seed);
  const stage = await openStage({
    ...(engine === 'postgres' && { databaseUrl: await freshDatabase() }),
    // Long enough for a machine that is busy: a look-up that is given up makes no request to kill in.
    settings: { INSTANTPAY_TIMEOUT: '3s', LOG_LEVEL: 'warn' },
  });
  const opened = await Promise.all(Array.from({ length: replicas }, () => start(stage)));
  const lane: Lane = { stage, replicas: opened, random, tally, watch: undefined };
  for (const way of [stage.toSlack, stage.toInstantPay]) {
    way.before = async ({ path }) => {
      await wait(random() * STEP_MS);
      await lane.watch?.('before', path);
    };
    way.after = async ({ path }) => {
      await lane.watch?.('after', path);
      await wait(random() * STEP_MS);
    };
  }
  return lane;
}

/** One link, asked for, approved, the replica killed on the way; resolves when its card tells the truth. */
async function round(lane: Lane, moment: Moment): Promise<void> {
  const { stage, replicas, random, tally } = lane;
  const { instantpay, people, settings } = stage;
  const records = settings['DATABASE_URL'] ?? '';
  const { linkId } = instantpay.addLink();
  const victim = Math.floor(random() * replicas.length);
  const target = (): string => replicas[victim]?.url ?? '';
  stage.deliverTo(target());

  let killedAt = 0;
  const dead = Promise.withResolvers<void>();
  const kill = async (): Promise<void> => {
    if (killedAt > 0) return;
    lane.watch = undefined;
    killedAt = performance.now();
    await replicas[victim]?.kill();
    dead.resolve();
  };
  const killAndRestart = async (): Promise<void> => {
    if (moment.at === 'random') {
      await wait(random() * LIFE_MS);
      await kill();
    }
    if (moment.at === 'call') {
      lane.watch = (phase, path) => (phase === moment.phase && moment.path.test(path) ? kill() : undefined);
    }
    await dead.promise;
    const [state = 'none'] = await statesOf(records, linkId);
    tally.killedAs.set(state, (tally.killedAs.get(state) ?? 0) + 1);
    replicas[victim] = await start(stage);
    stage.deliverTo(target());
  };

  // A quarter of the random kills fall into the asking, the others into what follows the approval.
  const early = moment.at === 'random' ? random() < 0.25 : moment.at === 'call' && moment.asking === true;
  let killing = early ? killAndRestart() : undefined;
  const command = () => people.operator.command('/payout', `cancel ${linkId} paid twice`);
  let card: SlackMessage | undefined;
  if (early) {
    await command();
    await killing;
    // A command that died with the replica was no decision: the person sees no card and asks again.
    if ((await statesOf(records, linkId)).length === 0) await command();
    card = await stage.slack.waitFor(() => cardsOf(stage, linkId)[0], {
      what: `a card for ${linkId}`,
      withinMs: TRUE_WITHIN_MS,
    });
  } else {
    card = await askToCancel(stage, linkId);
    killing = killAndRestart();
  }
  const clicked = await people.approver.click(card, 'Approve');
  if (moment.at === 'acknowledgement') await kill();
  await killing;
  if ((await statesOf(records, linkId))[0] === 'pending' && !early) {
    // Acknowledged and not stored would be a lost decision; not acknowledged, the person presses again.
    if (clicked.ack.acknowledged) tally.lost += 1;
    await people.approver.click(card, 'Approve');
  }

  await until(`a true card for ${linkId}`, killedAt + TRUE_WITHIN_MS - performance.now(), () =>
    isTrue(stage, linkId),
  ).catch(async (error: unknown) => {
    const cards = cardsOf(stage, linkId).map(read).join('\n---\n');
    const told = noticesOf(stage, linkId).map(read).join('\n---\n');
    const rows = await select(records, `select * from audit where link_id = '${linkId}' order by sequence`);
    const copies = await select(
      records,
      `select cards.* from cards join cancel_requests on cancel_requests.id = cancel_request_id where link_id = '${linkId}'`,
    );
    const calls = JSON.stringify(instantpay.callsOf('cancel', linkId));
    const actions = rows.map((row) => JSON.stringify(row)).join('\n');
    throw new Error(
      `${String(error)}\n${cards}\n===\n${told}\n===\n${calls}\n${actions}\n${JSON.stringify(copies)}`,
    );
  });
  tally.trueAfterMs.push(performance.now() - killedAt);
  tally.rounds += 1;
  const calls = instantpay.callsOf('cancel', linkId).length;
  tally.calls += calls;
  if (calls > 1) tally.doubleCalls += 1;
  if (calls === 0) tally.neverArrived += 1;
}

/** The messages by which the requester hears what became of it. */
function noticesOf({ slack, people }: Stage, linkId: string): SlackMessage[] {
  return slack.messages(people.operator.directMessages).filter((message) => read(message).includes(linkId));
}

/** Whether every copy of the card, and the word to the requester, say what is so. */
function isTrue(stage: Stage, linkId: string): boolean {
  const cancelled = stage.instantpay.link(linkId)?.status === 'CANCELLED';
  // Sent by a replica that died, and lost on the way: nobody can know, and that is what the card has to say.
  const words = cancelled ? OUTCOME_TITLES.cancelled : STATE_TITLES.unknown;
  const cards = cardsOf(stage, linkId).map(read);
  const notices = noticesOf(stage, linkId).map(read);
  return (
    cards.length === 1 &&
    notices.length === 1 &&
    [...cards, ...notices].every((text) => text.includes(words) && !text.includes('[Approve]'))
  );
}

test.each([
  // Each kill is followed by a start of the same replica; on PostgreSQL another one runs on meanwhile.
  ['sqlite', 1, size(3, 300), size(3, 8)],
  ['postgres', 2, size(2, 100), size(1, 4)],
])(
  'killed and started again, %s',
  async (engine, replicas, rounds, lanes) => {
    const tally: Tally = {
      rounds: 0,
      calls: 0,
      doubleCalls: 0,
      lost: 0,
      neverArrived: 0,
      killedAs: new Map(),
      trueAfterMs: [],
    };
    const problems: string[] = [];
    let next = 0;
    const run = async (seed: number): Promise<void> => {
      const lane = await openLane(engine, replicas, seed, tally);
      try {
        while (next < rounds) {
          const index = next;
          next += 1;
          await round(lane, MOMENTS[index] ?? RANDOM).catch((error: unknown) =>
            problems.push(`seed ${seed}: ${String(error)}`),
          );
        }
      } finally {
        await Promise.all(lane.replicas.map((replica) => replica.kill()));
        await lane.stage.close();
      }
    };
    await Promise.all(Array.from({ length: lanes }, (_, index) => run(SEED + index)));
    report(`killed at random moments, ${engine}`, {
      rounds: tally.rounds,
      'cancel calls': tally.calls,
      'double calls': tally.doubleCalls,
      'lost decisions': tally.lost,
      'calls that never arrived': tally.neverArrived,
      'state when killed': [...tally.killedAs].map(([state, count]) => `${state} ${count}`).join(' '),
      'true after ms, p50': percentile(tally.trueAfterMs, 0.5),
      'true after ms, max': percentile(tally.trueAfterMs, 1),
    });
    expect(problems).toEqual([]);
    expect(tally).toMatchObject({ rounds, doubleCalls: 0, lost: 0 });
  },
  size(170_000, 7_200_000),
);
