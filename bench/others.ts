/**
 * Owns the benchmark of one command beside bots of other libraries: `chat` with its Slack adapter over HTTP, hubot in Socket Mode. Their
 * packages are installed for this run alone, into a temporary folder: `npm run bench -- --others`, or three rounds by
 * `node bin/run.cjs bench/others.ts 3`. What cannot be installed, does not start or answers something else is left out, and one line
 * says so.
 */

import '../src/node-version.ts';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  BARE,
  imageKind,
  type Kind,
  median,
  type Running,
  start,
  startUpstream,
  type Upstream,
} from './apps.ts';
import { load } from './commands.ts';
import { factsOf, missingFrom } from './others-answers.ts';
import type { Result } from './result.ts';
import type { Order } from './settings.ts';

const ROUNDS = 5;
/** Short rounds: what else a machine does then weighs the same on all bots. */
const COMMANDS = 500;
const WARM_COMMANDS = 2_000;
const FOLDER = join(import.meta.dirname, 'others');

interface Bot {
  kind: Kind;
  /** The event that tells it of a mention; undefined: a command is typed. */
  mention?: NonNullable<Order['mention']>;
}

interface Measured extends Bot {
  app: Running;
  cpuMs: number[];
  aSecond: number[];
}

/** Bots that people reach in the same way; the first is bare Bolt, whose answer says what those of the others must say. */
interface Group {
  way: string;
  bots: Bot[];
}

export async function commandsBesideOtherBots(rounds = ROUNDS): Promise<Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'payout-desk-bench-'));
  const upstream = await startUpstream();
  try {
    const results: Result[] = [];
    for (const group of await groupsOf(folder, await install(folder)))
      results.push(...(await compare(upstream, group, rounds)));
    return results;
  } finally {
    upstream.close();
    await rm(folder, { recursive: true });
  }
}

/** `chat` and `hubot`, named with their versions; none of them when they cannot be installed. */
async function install(folder: string): Promise<{ chat?: Kind; hubot?: Kind }> {
  for (const name of ['package.json', 'package-lock.json', 'chat.ts', 'hubot.ts'])
    await copyFile(join(FOLDER, name), join(folder, name));
  const kinds: { chat?: Kind; hubot?: Kind } = {};
  await orLeftOut('chat and hubot', async () => {
    const options = ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'];
    await promisify(execFile)('npm', options, { cwd: folder });
    kinds.chat = await installed(folder, 'chat');
    kinds.hubot = await installed(folder, 'hubot');
  });
  return kinds;
}

async function installed(folder: string, name: string): Promise<Kind> {
  const described = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8');
  return { name: `${name} ${/"version": "(.+)"/.exec(described)?.[1]}`, file: join(folder, `${name}.ts`) };
}

/** Payout Desk as the image runs it, in each of both ways. */
async function groupsOf(folder: string, { chat, hubot }: { chat?: Kind; hubot?: Kind }): Promise<Group[]> {
  const bundled = join(folder, 'image');
  await mkdir(bundled);
  const desk = await imageKind(bundled, join(folder, 'http.db'));
  const bySocket = (kind: Kind, mention: NonNullable<Order['mention']>, settings: Kind['env']): Bot => ({
    kind: { ...kind, env: { ...kind.env, ...settings } },
    mention,
  });
  const database = `sqlite:${join(folder, 'socket.db')}`;
  return [
    {
      way: '/payout track over HTTP',
      bots: [{ kind: BARE }, { kind: desk }, ...(chat ? [{ kind: chat }] : [])],
    },
    {
      way: 'a mention with track by Socket Mode',
      bots: [
        bySocket(BARE, 'app_mention', { SLACK_APP_TOKEN: 'xapp-bare' }),
        bySocket(desk, 'app_mention', { SLACK_APP_TOKEN: 'xapp-desk', DATABASE_URL: database }),
        ...(hubot ? [bySocket(hubot, 'message', { SLACK_APP_TOKEN: 'xapp-hubot' })] : []),
      ],
    },
  ];
}

/** What fails is left out, and one line says so. */
async function orLeftOut(name: string, measure: () => Promise<void>): Promise<void> {
  try {
    await measure();
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
    process.stdout.write(`not measured: ${name}: ${line}\n`);
  }
}

/** Rejects when its answer does not say what bare Bolt answers; bare Bolt comes first, without facts. */
async function checked(
  upstream: Upstream,
  app: Running,
  { mention }: Bot,
  facts?: string[],
): Promise<string[]> {
  const order = { app: app.events, commands: 1, atOnce: 1, naming: true, mention };
  const { failed, answer } = await upstream.run(order);
  if (failed > 0) throw new Error('it does not answer');
  const expected = facts ?? factsOf(answer);
  const missing = missingFrom(answer, expected);
  if (missing.length > 0) throw new Error(`its answer does not say ${missing.join(', ')}`);
  return expected;
}

async function compare(upstream: Upstream, { way, bots }: Group, rounds: number): Promise<Result[]> {
  const running: Measured[] = [];
  try {
    let facts: string[] | undefined;
    for (const bot of bots) {
      await orLeftOut(`${bot.kind.name}, ${way}`, async () => {
        const app = await start(bot.kind, upstream.url);
        running.push({ ...bot, app, cpuMs: [], aSecond: [] });
        facts = await checked(upstream, app, bot, facts).catch(async (error: unknown) => {
          running.pop();
          await app.stop();
          throw error;
        });
      });
    }
    for (let round = 0; round <= rounds; round += 1) {
      // The first round compiles what runs often, and is not counted.
      const commands = round === 0 ? WARM_COMMANDS : COMMANDS;
      for (const { kind, app, mention, cpuMs, aSecond } of running) {
        // One command that is given up after its time would be most of what a round takes.
        await orLeftOut(`${kind.name}, ${way}, round ${round}`, async () => {
          const used = await load(upstream, app, commands, mention);
          if (round === 0) return;
          cpuMs.push(used.cpuMs);
          aSecond.push(commands / used.seconds);
        });
      }
    }
  } finally {
    for (const { app } of running) await app.stop();
  }
  const counted = running.filter(({ cpuMs }) => cpuMs.length > 0);
  const desk = counted.find(({ kind }) => kind.name.startsWith('Payout Desk'));
  return desk ? counted.filter((one) => one !== desk).flatMap((other) => ratios(way, desk, other)) : [];
}

function ratios(way: string, desk: Measured, other: Measured): Result[] {
  const isBare = other.kind.name === BARE.name;
  const both = (of: 'cpuMs' | 'aSecond', unit: string): string =>
    `${median(desk[of]).toFixed(2)} and ${median(other[of]).toFixed(2)} ${unit}`;
  return [
    {
      name: `${way}: answers a second / ${other.kind.name} (${both('aSecond', 'a second')})`,
      ratio: median(desk.aSecond) / median(other.aSecond),
      bound: { atLeast: isBare ? 0.9 : 1 },
    },
    {
      name: `${way}: CPU / ${other.kind.name} (${both('cpuMs', 'ms')})`,
      ratio: median(desk.cpuMs) / median(other.cpuMs),
      bound: { atMost: isBare ? 1.15 : 1 },
    },
  ];
}

if (import.meta.main) {
  for (const { name, ratio } of await commandsBesideOtherBots(Number(process.argv[2] ?? ROUNDS)))
    process.stdout.write(`${ratio.toFixed(2)} ${name}\n`);
  process.stdout.write(`load ${(loadavg()[0] ?? 0).toFixed(1)} at the end\n`);
}
