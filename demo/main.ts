/**
 * Owns the demo's start and end: the page, or the prompt, or the tour; whatever was started ends with it. What each needs is
 * loaded once it is chosen, so that a wrong option is answered at once.
 */

import '../src/node-version.ts';
import { parseArgs } from 'node:util';
import { refuseSecrets } from './guard.ts';
import { openBrowser, opener } from './open-browser.ts';
import { createPaint } from './terminal/paint.ts';

const USAGE = [
  'npm run demo                      a page in the browser (--no-open, --port 4000)',
  'npm run demo -- --terminal        the same at a prompt',
  'npm run demo -- --tour            ten scenes by themselves (--all: a whole day)',
].join('\n');
/** EX_USAGE and EX_CONFIG of sysexits.h. */
const EXIT_USAGE = 64;
const EXIT_CONFIG = 78;
/** Ctrl-C ends everything within two seconds. */
const CLOSE_MS = 1_200;

const paint = createPaint(process.stdout, process.env);
const print = (text: string): void => void process.stdout.write(`${text}\n`);
// A reader such as `head` that has seen enough is no failure.
process.stdout.on('error', () => process.exit(0));

const stop = new AbortController();
/** One key press may come from the terminal, from npm and from the launcher. */
const SAME_PRESS_MS = 500;
let askedAt = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // A second press does not wait.
    if (askedAt > 0 && performance.now() - askedAt > SAME_PRESS_MS) process.exit(1);
    askedAt ||= performance.now();
    stop.abort();
  });
}

async function page(options: { port?: number; open: boolean }): Promise<number> {
  const { openShow } = await import('./page/show.ts');
  const show = await openShow({ ...options, say: print });
  print(`\n  Payout Desk, the demo: ${paint.bold(show.url)}\n`);
  print('  Everything runs on this machine and needs no account. Ctrl-C ends it.');
  print('  Without a browser: npm run demo -- --terminal; by itself: npm run demo -- --tour\n');
  const command = opener({
    isTerminal: process.stdout.isTTY,
    env: process.env,
    platform: process.platform,
  });
  if (options.open && command !== undefined) openBrowser(command, show.url);
  if (!stop.signal.aborted)
    await new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
  await show.close();
  print('\nPayout Desk stopped.');
  return 0;
}

async function terminal(): Promise<number> {
  const { MONDAY_MORNING } = await import('./page/clock.ts');
  const { openStage } = await import('./stage.ts');
  const { runSession } = await import('./terminal/session.ts');
  const stage = await openStage({ startAt: MONDAY_MORNING, restarts: { say: print } });
  await runSession(stage, paint, stop.signal);
  stop.abort();
  print('\nPayout Desk stopped.');
  await stage.close({ withinMs: CLOSE_MS });
  return 0;
}

async function tour(isWhole: boolean): Promise<number> {
  const { playTour } = await import('./tour/play.ts');
  return playTour(print, paint, stop.signal, isWhole);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        terminal: { type: 'boolean', default: false },
        tour: { type: 'boolean', default: false },
        all: { type: 'boolean', default: false },
        'no-open': { type: 'boolean', default: false },
        port: { type: 'string' },
      },
    });
    const port = values.port ?? process.env.PAGE_PORT;
    if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535))
      throw new Error(`${port} is not a port.`);
    return { ...values, ...(port !== undefined && { port: Number(port) }) };
  } catch (error) {
    print(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(EXIT_USAGE);
  }
}

const options = readOptions();
const refusal = refuseSecrets(process.env, process.cwd());
if (refusal !== undefined) {
  process.stderr.write(`${refusal}\n`);
  process.exit(EXIT_CONFIG);
}
try {
  let code: number;
  if (options.tour) code = await tour(options.all);
  else if (options.terminal) code = await terminal();
  else {
    const { port } = options;
    code = await page({ ...(typeof port === 'number' && { port }), open: !options['no-open'] });
  }
  process.exit(code);
} catch (error) {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  if (isTaken) print(`Port ${String(options.port)} is in use. Choose another: npm run demo -- --port 4001`);
  else print(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
