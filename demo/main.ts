/** Owns the demo's start and end: the tour when it is asked for, else a prompt; whatever was started ends with it. */

import '../src/node-version.ts';
import { openStage } from './stage.ts';
import { createPaint } from './terminal/paint.ts';
import { runSession } from './terminal/session.ts';
import { playTour } from './tour/play.ts';

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

async function demo(): Promise<number> {
  const stage = await openStage();
  void stage.app.ended.then((code) => {
    if (stop.signal.aborted) return;
    print(`\nPayout Desk ended by itself, with exit code ${String(code)}. Its log: ${stage.logPath}`);
    process.exit(1);
  });
  await runSession(stage, paint, stop.signal);
  stop.abort();
  print('\nPayout Desk stopped.');
  await stage.close();
  return 0;
}

const options = process.argv.slice(2);
const unknown = options.filter((option) => option !== '--tour');
if (unknown.length > 0) {
  print(`Unknown: ${unknown.join(' ')}. There is: npm run demo, and npm run demo -- --tour`);
  process.exit(64);
}
try {
  const code = options.includes('--tour') ? await playTour(print, paint, stop.signal) : await demo();
  process.exit(code);
} catch (error) {
  print(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
