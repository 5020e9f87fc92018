/** Owns playing the tour: chapter by chapter, each step within its deadline, and the count at the end. */

import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatIst, istInstant, MINUTE_MS } from '../../src/payouts/time.ts';
import { MONDAY_MORNING } from '../page/clock.ts';
import type { Paint } from '../terminal/paint.ts';
import { openStage, type Stage, type StageOptions } from '../stage.ts';
import { CHAPTERS } from './chapters.ts';
import { digestCron } from './digest.ts';
import { findCanaries } from './canaries.ts';
import { createScore, type Score } from './score.ts';
import { createScreens } from './screens.ts';
import { TEN_SCENES } from './ten-scenes.ts';
import { type Chapter, createTour, type Step, type Tour } from './tour.ts';

/** A Friday morning: far from the nights in which InstantPay answers no transaction queries, and always the same. */
const FRIDAY_MORNING = istInstant('2026-11-20', '11:00');

const STEP_MS = 45_000;
/** No step begins later than this. A quiet machine takes under a minute; Payout Desk may take eleven seconds to stop. */
const TOUR_MS = 160_000;
const GIVEN_UP_MS = 180_000;

interface Programme {
  title: string;
  chapters: readonly Chapter[];
  stage: StageOptions;
}

const WHOLE_DAY: Programme = {
  title: 'A day with Payout Desk',
  chapters: CHAPTERS,
  stage: {
    startAt: FRIDAY_MORNING,
    jobsByHand: true,
    settings: () => ({
      DIGEST_CRON: digestCron(FRIDAY_MORNING),
      DIGEST_TIMEZONE: 'Asia/Kolkata',
      REMIND_BEFORE: '2h',
      ESCALATE_TO: 'U0KAVYA',
    }),
  },
};

const SHORT: Programme = {
  title: 'Payout Desk in ten scenes',
  chapters: TEN_SCENES,
  // Early enough for the eight scenes before the digest of 10:00.
  stage: { startAt: MONDAY_MORNING - 8 * MINUTE_MS, jobsByHand: true, restarts: { say: () => {} } },
};

/** Plays ten scenes, or everything, ends with "N passed, N failed", and gives the exit code. */
export async function playTour(
  print: (text: string) => void,
  paint: Paint,
  stop: AbortSignal,
  all: boolean,
): Promise<number> {
  const programme = all ? WHOLE_DAY : SHORT;
  const screens = createScreens(print);
  // Of a whole day every message is shown in full; a scene is one screen.
  const show = all ? print : (text: string) => screens.print(text);
  const endsAt = Date.now() + TOUR_MS;
  const score = createScore(show, paint);
  const giveUp = (why: string): void => {
    score.fault(why);
    score.count('The tour was played to its end');
    if (!all) screens.end(true);
    print(`\n${score.line()}`);
    process.exit(1);
  };
  setTimeout(() => giveUp('it hangs'), GIVEN_UP_MS).unref();
  stop.addEventListener('abort', () => giveUp('it was stopped'));
  let stage: Stage;
  try {
    stage = await openStage(programme.stage);
  } catch (error) {
    score.fault(error instanceof Error ? error.message : String(error));
    score.count('Payout Desk starts');
    if (!all) screens.end(true);
    print(`\n${score.line()}`);
    return 1;
  }
  print(introduction(programme.title, stage, paint));

  const tour = createTour(stage, show, paint, score.fault);
  for (const [index, { title, steps }] of programme.chapters.entries()) {
    const heading = `${index + 1}. ${title}`;
    const failedBefore = score.failed;
    show(all ? `\n\n${paint.bold(heading)}\n${paint.dim('-'.repeat(heading.length))}` : paint.bold(heading));
    for (const step of steps) {
      await playStep(step, tour, Math.min(STEP_MS, endsAt - Date.now())).catch((error: unknown) => {
        score.fault(error instanceof Error ? error.message : String(error));
      });
      score.count(step.claim);
    }
    if (!all) screens.end(score.failed > failedBefore);
  }

  if (all) print('\n');
  await judgeEnd(stage, score);
  if (!all) screens.end(score.failed > 0);
  if (score.failed > 0) print(`\nIts log: ${stage.logPath}`);
  print(`\n${score.line()}`);
  return score.failed === 0 ? 0 : 1;
}

/** It stops cleanly, and its log holds nothing private. */
async function judgeEnd(stage: Stage, score: Score): Promise<void> {
  const code = await stage.stop();
  if (code !== 0) score.fault(`it ended with exit code ${String(code)}`);
  score.count('Payout Desk stopped cleanly on SIGTERM');
  const log = await readFile(stage.logPath, 'utf8');
  const lines = log.trimEnd().split('\n').length;
  if (!log.includes('"msg":"handled"')) score.fault('the log says nothing of what was done');
  for (const name of findCanaries(log, stage.instantpay, stage.slack)) score.fault(`the log holds ${name}`);
  score.count(`Its log of ${lines} lines, at level trace, holds no secret and no unmasked number or address`);
  await stage.close({ keepFiles: score.failed > 0 });
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

function introduction(title: string, { clock, slack }: Stage, paint: Paint): string {
  const { operator, approver, secondApprover, admin, outsider } = slack.people;
  return [
    paint.bold(title),
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
