/** Owns the start: environment -> config -> app -> signals. Nothing runs when this is imported. */

import './node-version.ts';
import { type App, createApp } from './app.ts';
import { ConfigError, type Env, loadConfig, loadEnvFile, secretsOf } from './config.ts';
import { createLog } from './log.ts';
import { explainFailure } from './cli/explain-failure.ts';
import { misspeltSettings } from './misspelt-settings.ts';
import type { Overrides } from './parts.ts';

/** EX_CONFIG of sysexits.h. */
const EXIT_CONFIG = 78;
/** A stop takes at most this long, whatever hangs. */
const STOP_MS = 9_500;

/**
 * Starts Payout Desk, and stops it on SIGTERM, SIGINT or SIGHUP. Undefined when it cannot start: then the reason is on
 * stderr and `process.exitCode` is set, 78 for wrong settings, else 1.
 */
export async function run(env: Env, overrides: Overrides = {}): Promise<App | undefined> {
  let app: App | undefined;
  let asked: NodeJS.Signals | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    if (asked) return;
    asked = signal;
    setTimeout(() => process.exit(1), STOP_MS).unref();
    // A start under way ends first: it may be recovering what an earlier process left unfinished.
    if (app) end(app, signal);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
  try {
    const config = loadConfig(env);
    const log = overrides.log ?? createLog(config.logLevel, secretsOf(config));
    // Bolt's Socket Mode rejects without a listener when a reconnect is refused (trap 2): the process stays up, and
    // readiness tells the operator.
    process.on('unhandledRejection', (error) => log.error({ error }, 'unhandled rejection'));
    for (const { name, meant } of misspeltSettings(env)) {
      log.warn({ setting: name, expected: meant }, 'misspelt setting has no effect');
    }
    app = await createApp(config, { ...overrides, log });
  } catch (error) {
    if (error instanceof ConfigError) {
      process.stderr.write('Payout Desk cannot start: these settings are wrong or missing.\n');
      for (const fault of error.faults) process.stderr.write(`  ${fault.name}: expected ${fault.expected}\n`);
      for (const { name, meant } of misspeltSettings(env)) {
        process.stderr.write(`  ${name}: not a setting; did you mean ${meant}?\n`);
      }
      process.exitCode = EXIT_CONFIG;
    } else {
      process.stderr.write(`Payout Desk cannot start: ${explainFailure(error)}\n`);
      process.exitCode = 1;
    }
    return undefined;
  }
  if (asked) end(app, asked);
  return app;
}

function end(app: App, signal: NodeJS.Signals): void {
  app.log.info({ signal }, 'stopping');
  app.stop().then(
    (all) => {
      app.log.info({ exitCode: 0, status: all ? 'all work ended' : 'some work was cut off' }, 'stopped');
      process.exit(0);
    },
    (error: unknown) => {
      app.log.error({ error }, 'stop failed');
      process.exit(1);
    },
  );
}

if (import.meta.main) {
  loadEnvFile();
  // A Socket Mode client without a connection keeps trying, which would keep the process alive.
  if (!(await run(process.env))) process.exit();
}
