/** Owns Payout Desk through kills and restarts: one process at a time, on the same database, clock and settings. */

import { type AppProcess, lastLines, type RunByHand, startAppProcess } from './app-process.ts';

export type DeskState = 'running' | 'down' | 'starting';

export interface DeskOptions {
  settings: Readonly<Record<string, string>>;
  logPath: string;
  scratch: string;
  jobsByHand: boolean;
  /** How far the demo's clock is ahead of the real one now. */
  clockShiftMs: () => number;
  /** Where Slack delivers from now on. */
  onUrl: (url: string) => void;
  /** Started again by itself when it ends; what is said about that. Default: it stays down. */
  restarts?: { say: (text: string) => void; afterMs?: number };
}

export interface Desk {
  /** The process of now, or the last one while it is down. */
  readonly process: AppProcess;
  readonly state: DeskState;
  /** Calls back when the state changes; returns the way to stop. */
  onChange(listener: () => void): () => void;
  /** Its clock goes on; default: then every job runs once. One that is down has the right clock when it starts. */
  skip(durationMs: number, runs?: readonly RunByHand[]): Promise<void>;
  /** SIGKILL. */
  kill(): void;
  /** Resolves when the process of now has ended. */
  ended(): Promise<void>;
  /** Resolves when it runs. */
  running(): Promise<void>;
  /** It is not started again. Resolves with the exit code. */
  close(withinMs?: number): Promise<number | undefined>;
}

/** Default: long enough to see that it is down. */
const DOWN_MS = 2_000;
/** What ends by itself again and again is not started for ever. */
const RESTARTS = 3;
const WITHIN_MS = 60_000;

export async function openDesk(options: DeskOptions): Promise<Desk> {
  const { settings, logPath, scratch, jobsByHand, clockShiftMs, onUrl, restarts } = options;
  const downMs = restarts?.afterMs ?? DOWN_MS;
  const listeners = new Set<() => void>();
  const closing = new AbortController();
  let state: DeskState = 'starting';
  let killed = false;
  let pending: NodeJS.Timeout | undefined;
  let restarted: Promise<void> = Promise.resolve();
  let endedAt: number[] = [];

  const enter = (next: DeskState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  const start = async (): Promise<AppProcess> => {
    const shiftMs = clockShiftMs();
    const started = await startAppProcess({ settings, logPath, scratch, jobsByHand, clockShiftMs: shiftMs });
    // The clock may have been moved while it started.
    if (clockShiftMs() !== shiftMs) await started.skip(clockShiftMs() - shiftMs, []);
    onUrl(started.url);
    void started.ended.then((code) => ended(code));
    return started;
  };
  const mayRestart = (): boolean => {
    endedAt = [...endedAt.filter((at) => at > Date.now() - WITHIN_MS), Date.now()];
    return endedAt.length <= RESTARTS;
  };
  const ended = async (code: number | undefined): Promise<void> => {
    if (closing.signal.aborted) return;
    const byHand = killed;
    killed = false;
    enter('down');
    if (!restarts) return;
    if (!byHand) {
      restarts.say(
        `Payout Desk ended by itself, with exit code ${String(code)}.\n${await lastLines(logPath)}`,
      );
      if (!mayRestart())
        return restarts.say(
          `It ended ${RESTARTS + 1} times within a minute and stays down. Its log: ${logPath}`,
        );
    }
    pending = setTimeout(restartNow, downMs);
  };
  const restartNow = (): void => {
    restarted = restart();
  };
  const restart = async (): Promise<void> => {
    if (closing.signal.aborted) return;
    enter('starting');
    try {
      current = await start();
      if (closing.signal.aborted) current.kill();
      else enter('running');
    } catch (error) {
      restarts?.say(error instanceof Error ? error.message : String(error));
      enter('down');
      if (mayRestart() && !closing.signal.aborted) pending = setTimeout(restartNow, downMs);
    }
  };

  let current = await start();
  state = 'running';
  return {
    get process() {
      return current;
    },
    get state() {
      return state;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async skip(durationMs, runs) {
      if (state === 'running') await current.skip(durationMs, runs);
    },
    kill() {
      if (state !== 'running') return;
      killed = true;
      current.kill();
    },
    ended: async () => void (await current.ended),
    running: () =>
      new Promise((resolve) => {
        const look = (): void => {
          if (state !== 'running') return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      }),
    async close(withinMs) {
      closing.abort();
      clearTimeout(pending);
      await restarted;
      return await current.stop(withinMs);
    },
  };
}
