/** Owns what `npm run build` writes: it does what the sources do, from a folder that holds nothing else. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { startSlack } from '../../fakes/slack/slack.ts';
import type { drawChart as DrawChart } from '../../src/chart/draw-chart.ts';
import type * as ERRORS from '../../src/errors.ts';
import { bundleFolder } from '../bundled.ts';
import { openBot, read, type TestBot } from '../features/bot.ts';
import { startSocketMode } from '../fakes/socket-mode.ts';
import { ROOT } from '../house/sources.ts';
import { databases } from '../store/engines.ts';
import { type Collector, startCollector } from '../tracing/collector.ts';

const dist = join(bundleFolder(), 'dist');
/** For stores. */
let folder: string;
let bot: TestBot;
let collector: Collector;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'payout-desk-bundled-'));
  collector = await startCollector();
  bot = await openBot({ stopped: true });
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await bot.close();
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts it; resolves with its port once it listens. */
async function start(env: Readonly<Record<string, string | undefined>>) {
  const child = spawn(process.execPath, [join(dist, 'main.js')], { cwd: folder, env });
  running.add(child);
  const out = { stdout: '', stderr: '' };
  const opened = Promise.withResolvers<string>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out.stdout += text;
    const port = /"port":(\d+)[^\n]*"listening"/.exec(out.stdout)?.[1];
    if (port !== undefined) opened.resolve(port);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (out.stderr += text));
  child.once('exit', (code) => opened.reject(new Error(`exit ${code}: ${out.stdout}${out.stderr}`)));
  const port = await opened.promise;
  return {
    url: `http://127.0.0.1:${port}`,
    out,
    async stop() {
      child.kill('SIGTERM');
      const [code] = await once(child, 'exit');
      return { code, stderr: out.stderr };
    },
  };
}

function run(args: string[], env: Readonly<Record<string, string | undefined>>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return { status, said: `${stdout}${stderr}` };
}

const listOf = (path: string): string[] => readdirSync(join(dist, path));

test('it listens, is healthy, shows a link, sends its traces, and ends when it is asked to', async () => {
  const app = await start({ ...bot.env, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  const health = await fetch(`${app.url}/healthz`);
  expect({ status: health.status, text: await health.text() }).toEqual({ status: 200, text: 'ok\n' });
  bot.slack.deliverTo(`${app.url}/slack/events`);
  const tracked = await bot.people.operator.command('/payout', `track ${WELL_KNOWN.issued}`);
  const shown = read(await tracked.answer());
  expect(shown).toContain('ISSUED');
  // Neither sign is ASCII, as the files are.
  expect(shown).toMatch(/₹[\d,]+\.\d\d[^]* · /);
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(metrics).toContain(`version="${version}"`);
  expect(await app.stop()).toEqual({ code: 0, stderr: '' });
  expect(collector.spans().map(({ name }) => name)).toContain('command track');
});

test('a failure has the name of its class', async () => {
  const found: Partial<typeof ERRORS> = await import(pathToFileURL(join(dist, 'errors.js')).href);
  const { Unavailable = Error, Conflict = Error } = found;
  expect([new Unavailable('away').name, new Conflict('late').name]).toEqual(['Unavailable', 'Conflict']);
});

test('it connects in Socket Mode', async () => {
  const slack = await startSlack();
  const socket = await startSocketMode(slack);
  const app = await start({
    ...bot.env,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
  });
  expect((await fetch(`${app.url}/readyz`)).status).toBe(200);
  expect((await app.stop()).code).toBe(0);
  await socket.close();
  await slack.close();
});

test('a chart is drawn by the process beside it', async () => {
  const url = pathToFileURL(join(dist, 'draw-chart.js')).href;
  const { drawChart }: { drawChart: typeof DrawChart } = await import(url);
  const day = '2026-11-22';
  const totals = [{ day, status: 'EXPIRED' as const, count: 2, totalPaise: 1_250_000n }];
  const picture = await drawChart({ timezone: 'Asia/Kolkata', days: [day], statuses: ['EXPIRED'], totals });
  expect(picture.size).toBeGreaterThan(5_000);
});

test('the commands of the operator run, on PostgreSQL as well', async () => {
  const { url } = await databases('postgres')();
  const commands: [string[], string][] = [
    [['migrate.js'], url],
    [['audit.js', 'verify'], url],
    [['migrate.js'], `sqlite:${folder}/desk.db`],
    [['backup.js', join(folder, 'backup.db')], `sqlite:${folder}/desk.db`],
    [['audit.js', 'verify'], `sqlite:${folder}/backup.db`],
  ];
  for (const [[name = '', ...args], DATABASE_URL] of commands)
    expect(run([join(dist, name), ...args], { DATABASE_URL })).toMatchObject({ status: 0 });
  expect(run([join(dist, 'move.js')], {})).toMatchObject({ status: 64 });
  expect(run([join(dist, 'doctor.js')], {}).said).toContain('SLACK_BOT_TOKEN');
});

test('its texts are ASCII, since V8 keeps another text with two bytes for each character', () => {
  const files = listOf('.').filter((name) => name.endsWith('.js'));
  expect(files).toEqual(expect.arrayContaining(['main.js', 'draw.js', 'doctor.js']));
  for (const name of files) expect(readFileSync(join(dist, name), 'utf8')).not.toMatch(/[^\0-\x7f]/);
});

test('each of its packages has its licence there, and so has Payout Desk', () => {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const apart = listOf('node_modules').flatMap((name) =>
    name.startsWith('@') ? listOf(join('node_modules', name)).map((one) => `${name}/${one}`) : [name],
  );
  expect(apart).toEqual(
    expect.arrayContaining(['@resvg/resvg-js', 'dejavu-fonts-ttf', '@opentelemetry/sdk-trace']),
  );
  for (const name of Object.keys(dependencies))
    if (!apart.includes(name)) expect(listOf(join('licenses', name))).not.toEqual([]);
  for (const name of apart) expect(existsSync(join(dist, 'node_modules', name, 'package.json'))).toBe(true);
  expect(listOf('licenses/payout-desk')).toEqual(['LICENSE']);
});
