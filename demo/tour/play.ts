/** Owns playing the tour: chapter by chapter, each step within its deadline, and the count at the end. */

import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatIst, istInstant } from '../../src/payouts/time.ts';
import type { Paint } from '../terminal/paint.ts';
import { openStage, type Stage } from '../stage.ts';
import { CHAPTERS } from './chapters.ts';
import { digestCron } from './digest.ts';
import { findCanaries } from './canaries.ts';
import { createScore } from './score.ts';
import { createTour, type Step, type Tour } from './tour.ts';

/** A Friday morning: far from the nights in which InstantPay answers no transaction queries, and always the same. */
const MORNING = istInstant('2026-11-20', '11:00');

const STEP_MS = 45_000;
/** No step begins later than this. A quiet machine takes under a minute; Payout Desk may take eleven seconds to stop. */
const TOUR_MS = 160_000;
const GIVEN_UP_MS = 180_000;

/** Plays everything, ends with "N passed, N failed", and gives the exit code. */
export async function playTour(
  print: (text: string) => void,
  paint: Paint,
  stop: AbortSignal,
): Promise<number> {
  const endsAt = Date.now() + TOUR_MS;
  const score = createScore(print, paint);
  const giveUp = (why: string): void => {
    score.fault(why);
    score.count('The tour was played to its end');
    print(`\n${score.line()}`);
    process.exit(1);
  };
  setTimeout(() => giveUp('it hangs'), GIVEN_UP_MS).unref();
  stop.addEventListener('abort', () => giveUp('it was stopped'));
  let stage: Stage;
  try {
    stage = await openStage({
      startAt: MORNING,
      jobsByHand: true,
      settings: () => ({
        DIGEST_CRON: digestCron(MORNING),
        DIGEST_TIMEZONE: 'Asia/Kolkata',
        REMIND_BEFORE: '2h',
        ESCALATE_TO: 'U0KAVYA',
      }),
    });
  } catch (error) {
    score.fault(error instanceof Error ? error.message : String(error));
    score.count('Payout Desk starts');
    print(`\n${score.line()}`);
    return 1;
  }
  print(introduction(stage, paint));

  const tour = createTour(stage, print, paint, score.fault);
  for (const [index, { title, steps }] of CHAPTERS.entries()) {
    const heading = `${index + 1}. ${title}`;
    print(`\n\n${paint.bold(heading)}\n${paint.dim('-'.repeat(heading.length))}`);
    for (const step of steps) {
      await playStep(step, tour, Math.min(STEP_MS, endsAt - Date.now())).catch((error: unknown) => {
        score.fault(error instanceof Error ? error.message : String(error));
      });
      score.count(step.claim);
    }
  }

  print('\n');
  const code = await stage.app.stop();
  if (code !== 0) score.fault(`it ended with exit code ${String(code)}`);
  score.count('Payout Desk stopped cleanly on SIGTERM');
  const log = await readFile(stage.logPath, 'utf8');
  const lines = log.trimEnd().split('\n').length;
  if (!log.includes('"msg":"handled"')) score.fault('the log says nothing of what was done');
  for (const name of findCanaries(log, stage.instantpay, stage.slack)) score.fault(`the log holds ${name}`);
  score.count(`Its log of ${lines} lines, at level trace, holds no secret and no unmasked number or address`);
  await stage.close({ keepFiles: score.failed > 0 });
  if (score.failed > 0) print(`\nIts log: ${stage.logPath}`);
  print(`\n${score.line()}`);
  return score.failed === 0 ? 0 : 1;
}

async function playStep({ play }: Step, tour: Tour, withinMs: number): Promise<void> {
  if (withinMs <= 0) throw new Error('not played: the time for the whole tour is over');
  const over = new AbortController();
  const tooLate = sleep(withinMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`not done within ${Math.round(withinMs / 1_000)} s`);
  });
  try {
    await Promise.race([play(tour), tooLate]);
  } finally {
    over.abort();
    await tooLate.catch(() => {});
  }
}

function introduction({ clock, slack }: Stage, paint: Paint): string {
  const { operator, approver, secondApprover, admin, outsider } = slack.people;
  return [
    paint.bold('A day with Payout Desk'),
    '',
    'A local Slack and a local InstantPay, and between them Payout Desk in a process of its own.',
    `The clock shows ${formatIst(clock())}. The people:`,
    '',
    `  ${operator.name} requests. ${approver.name} and ${secondApprover.name} may approve the requests of others.`,
    `  ${admin.name} is the administrator. ${outsider.name} is a guest who may do nothing.`,
    '',
    'Behind a bar: what Slack shows. [In brackets]: what can be pressed.',
  ].join('\n');
}
