/**
 * Owns records that cannot be written: PostgreSQL stopped under load, a full disk, a read-only file. Everybody is still
 * acknowledged and told that nothing was done, nothing is done without a stored claim, and Payout Desk heals unaided.
 */

import { STORE_UNREACHABLE } from '../../src/store/failure.ts';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Delivered } from '../../fakes/slack/deliveries.ts';
import { select, statesOf } from './stored.ts';
import { type Replica, startReplica, tryReplica } from './replica.ts';
import { createPostgres, type PostgresServer } from '../store/postgres-server.ts';
import { percentile, report, size } from './size.ts';
import { askToCancel, openStage, read, type Stage, until } from './stage.ts';

let stage: Stage;
let replicas: Replica[] = [];
let server: PostgresServer | undefined;
const mounts: string[] = [];
afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.kill()));
  for (const path of mounts.splice(0)) system('umount', ['-l', path]);
  await stage.close();
  await server?.close();
  replicas = [];
  server = undefined;
});

/** A program of this machine. */
const system = (program: string, args: readonly string[]): void =>
  void execFileSync(program, [...args], { stdio: 'ignore' });

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** People who go on working: reminders, requests and approvals, so many a second. */
function work(a_second: number): { sent: Promise<Delivered>[]; stop(): Promise<Delivered[]> } {
  const { instantpay, people, slack, channels } = stage;
  const sent: Promise<Delivered>[] = [];
  const clicked = new Set<string>();
  let turn = 0;
  const load = setInterval(() => {
    turn += 1;
    const { linkId } = instantpay.addLink();
    const card = slack.messages(channels.approvals).find(({ ts }) => !clicked.has(ts));
    if (turn % 3 === 0 && card && read(card).includes('[Approve]')) {
      clicked.add(card.ts);
      sent.push(people.approver.click(card, 'Approve'));
    } else {
      sent.push(
        people.operator.command(
          '/payout',
          turn % 3 === 1 ? `notify ${linkId}` : `cancel ${linkId} paid twice`,
        ),
      );
    }
  }, 1_000 / a_second);
  return {
    sent,
    stop() {
      clearInterval(load);
      return Promise.all(sent);
    },
  };
}

/** Calls that had an effect and that no row claims beforehand. */
async function unclaimed(databaseUrl: string): Promise<string[]> {
  const claims = await select(databaseUrl, `select link_id from audit where action = 'cancel.started'`);
  const cancels = new Set(claims.map(({ link_id: id }) => id));
  const cooldowns = await select(databaseUrl, `select key from cooldowns`);
  const reminded = new Set(cooldowns.map(({ key }) => /[0-9a-f]{24}/.exec(String(key))?.[0]));
  return [
    ...stage.instantpay.callsOf('cancel').filter(({ linkId }) => !cancels.has(linkId)),
    ...stage.instantpay.callsOf('notify').filter(({ linkId }) => !reminded.has(linkId)),
  ].map(({ operation, linkId }) => `${operation} ${linkId}`);
}

/** Every approved link ends as the truth, with one call. */
async function settled(databaseUrl: string, withinMs: number): Promise<void> {
  await until('every decided request to be settled', withinMs, async () => {
    const rows = await select(
      databaseUrl,
      `select status from cancel_requests where status in ('approved', 'executing')`,
    );
    return rows.length === 0;
  });
  const calls = stage.instantpay.callsOf('cancel').map(({ linkId }) => linkId);
  expect(calls.length).toBe(new Set(calls).size);
}

/** How many were told so far that the store is unavailable. */
const toldAway = (): number =>
  stage.slack.allMessages.filter((message) => read(message).includes(STORE_UNREACHABLE)).length;

/** Everybody is acknowledged in time; how many were told that the store is unavailable. */
async function judge(delivered: readonly Delivered[]): Promise<{ away: number; ackMs: number[] }> {
  expect(delivered.filter(({ ack }) => !ack.acknowledged).map(({ ack }) => ack.problem)).toEqual([]);
  // A click that decided is answered by its card; every command by a message.
  const commands = delivered.filter(({ outbound }) => outbound.type === 'slash_commands');
  const answers = await Promise.all(commands.map((one) => one.answer(1, { withinMs: 30_000 })));
  const away = answers.filter((answer) => read(answer).includes(STORE_UNREACHABLE)).length;
  return { away, ackMs: delivered.map(({ ack }) => ack.afterMs) };
}

const STOPPED_MS = size(2_500, 30_000);

test(`PostgreSQL stopped for ${STOPPED_MS / 1_000} s under load, two replicas`, async () => {
  server = await createPostgres();
  stage = await openStage({ databaseUrl: server.url, settings: { LOG_LEVEL: 'warn' } });
  const { settings, instantpay, people } = stage;
  const speed = size(12, 1);
  replicas = await Promise.all(
    [0, 1].map(() => startReplica({ settings, speed, approvalsCron: '* * * * * *' })),
  );
  stage.deliverTo(...replicas.map(({ url }) => url));
  // So that the stop finds calls under way: sent, and their answers not stored.
  stage.toInstantPay.after = () => wait(100);
  const load = work(10);
  await wait(size(1_500, 5_000));
  await server.stop();
  const stoppedAt = instantpay.calls.length;
  await wait(STOPPED_MS);
  const ready = await Promise.all(replicas.map(({ url }) => fetch(`${url}/readyz`)));
  expect(ready.map(({ status }) => status)).toEqual([503, 503]);
  const effectsMeanwhile = instantpay.calls
    .slice(stoppedAt)
    .filter(({ operation }) => operation === 'cancel' || operation === 'notify').length;
  await until('people to be told', 30_000, () => toldAway() > STOPPED_MS / 1_000);
  await server.start();
  const startedAt = performance.now();
  await wait(size(2_000, 5_000));
  const delivered = await load.stop();
  const { away, ackMs } = await judge(delivered);
  expect(away).toBeGreaterThan(STOPPED_MS / 1_000);
  // Unaided: the same processes, a new request from beginning to end.
  const { linkId } = instantpay.addLink();
  const card = await askToCancel(stage, linkId);
  await people.approver.click(card, 'Approve');
  await until('the new request to be carried out', 20_000, () => read(card).includes('Link cancelled'));
  const healedMs = performance.now() - startedAt;
  await settled(server.url, 60_000);
  expect(await unclaimed(server.url)).toEqual([]);
  report('PostgreSQL stopped under load', {
    'stopped ms': STOPPED_MS,
    deliveries: delivered.length,
    'told the store is away': away,
    'cancel and notify calls begun meanwhile': effectsMeanwhile,
    'cancel calls': instantpay.callsOf('cancel').length,
    'unclaimed effects': 0,
    'ack p99 ms': percentile(ackMs, 0.99),
    'ack max ms': percentile(ackMs, 1),
    'a new request done, ms after the start': Math.round(healedMs),
  });
}, 300_000);

/** A file system so small that a test can fill it; undefined where mounting is not permitted. */
function smallDisk(folder: string): string | undefined {
  const path = join(folder, 'disk');
  mkdirSync(path);
  try {
    system('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', path]);
  } catch {
    return undefined;
  }
  mounts.push(path);
  return path;
}

/** Makes writing fail for a running replica, and puts it right again. */
interface Spoiled {
  name: string;
  folder: string;
  spoil(pid: number): void;
  mend(pid: number): void;
}

const limitFiles = (pid: number, bytes: string): void => {
  system('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
};

const WAYS: Record<string, (folder: string) => Spoiled | undefined> = {
  'the disk is full': (folder) => {
    const disk = smallDisk(folder);
    if (disk === undefined) return undefined;
    const filler = join(disk, 'filler');
    return {
      name: 'ENOSPC',
      folder: disk,
      spoil() {
        // In small pieces, so that not even a page is left.
        for (const bytes of [65_536, 4_096]) {
          try {
            for (;;) writeFileSync(filler, Buffer.alloc(bytes), { flag: 'a' });
          } catch {
            // Full, which is the point.
          }
        }
      },
      mend: () => rmSync(filler),
    };
  },
  // Permission bits do not bind root, and a mount cannot turn read-only under an open file: a limit of no bytes on
  // what the process may write fails every write of the running replica, as a disk gone read-only does.
  'no file can be written any more': (folder) =>
    process.platform === 'linux'
      ? {
          name: 'EFBIG',
          folder,
          spoil: (pid) => limitFiles(pid, '0'),
          mend: (pid) => limitFiles(pid, 'unlimited'),
        }
      : undefined,
};

test.for(Object.keys(WAYS))('SQLite, and %s', { timeout: 300_000 }, async (way, context) => {
  stage = await openStage({ settings: { LOG_LEVEL: 'warn' } });
  const spoiled = WAYS[way]?.(stage.folder);
  if (!spoiled) return context.skip('this machine lets no test spoil a file system');
  const databaseUrl = `sqlite:${join(spoiled.folder, `${randomUUID()}.db`)}`;
  const { settings, instantpay, people } = stage;
  settings['DATABASE_URL'] = databaseUrl;
  const replica = await startReplica({ settings, speed: size(12, 1), approvalsCron: '* * * * * *' });
  replicas = [replica];
  stage.deliverTo(replica.url);
  stage.toInstantPay.after = () => wait(100);
  const asked = instantpay.addLink().linkId;
  const before = await askToCancel(stage, asked);
  const load = work(10);
  await wait(1_000);
  spoiled.spoil(replica.pid);
  const effects = (): number => instantpay.callsOf('cancel').length + instantpay.callsOf('notify').length;
  // What was claimed before is sent by then, however slow the machine is.
  await until('people to be told', 30_000, () => toldAway() > 3);
  const effectsBefore = effects();
  await wait(size(800, 15_000));
  expect(effects()).toBe(effectsBefore);
  spoiled.mend(replica.pid);
  await wait(1_000);
  const delivered = await load.stop();
  const { away, ackMs } = await judge(delivered);
  expect(away).toBeGreaterThan(3);
  const { linkId } = instantpay.addLink();
  const card = await askToCancel(stage, linkId);
  await people.approver.click(card, 'Approve');
  await until('the new request to be carried out', 20_000, () => read(card).includes('Link cancelled'));
  await settled(databaseUrl, 60_000);
  expect(await unclaimed(databaseUrl)).toEqual([]);
  // Asked before, and perhaps approved since: its card shows what its record says, and can still be decided if it waits.
  const [state = 'lost'] = await statesOf(databaseUrl, asked);
  expect(['pending', 'executed']).toContain(state);
  const shown = state === 'pending' ? '[Approve]' : 'Link cancelled';
  await until('its card to show its record', 20_000, () => read(before).includes(shown));
  expect(await statesOf(databaseUrl, linkId)).toEqual(['executed']);
  report(`SQLite, ${way}`, {
    how: spoiled.name,
    deliveries: delivered.length,
    'told the store is away': away,
    'effects meanwhile': 0,
    'ack max ms': percentile(ackMs, 1),
  });
});

test('SQLite on a file system that is read-only: Payout Desk does not start and says why', async (context) => {
  stage = await openStage();
  const disk = smallDisk(stage.folder);
  if (disk === undefined) return context.skip('this machine lets no test mount a file system');
  stage.settings['DATABASE_URL'] = `sqlite:${join(disk, 'desk.db')}`;
  const first = await startReplica({ settings: stage.settings });
  await first.stop();
  system('mount', ['-o', 'remount,ro', disk]);
  const end = await tryReplica({ settings: stage.settings });
  if ('url' in end) throw new Error('the replica opened');
  expect(end.code).toBe(1);
  expect(end.said).toMatch(/^Payout Desk cannot start: DATABASE_URL: .*desk\.db cannot be used: .+\.$/);
  expect(end.said.split('\n')).toHaveLength(1);
  system('mount', ['-o', 'remount,rw', disk]);
  replicas = [await startReplica({ settings: stage.settings })];
});
