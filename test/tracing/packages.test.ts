/** Owns which packages of OpenTelemetry the process loads: none of the SDK while traces are off, and none has to be there. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { NOT_INSTALLED } from '../../src/tracing/tracing.ts';
import { openBot, type TestBot } from '../features/bot.ts';
import { type Collector, startCollector } from './collector.ts';

/** The SDK and its exporter; the API comes with the library of metrics. */
const SDK = /^@opentelemetry\/(?!api$)/;

/** Tells on stderr what of the SDK is asked for, or behaves as if it was not installed. */
const hooks = (found: 'told' | 'missing'): string =>
  `data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from 'node:module';
    import { writeSync } from 'node:fs';
    registerHooks({
      resolve(specifier, context, next) {
        if (!${SDK}.test(specifier)) return next(specifier, context);
        if (${found === 'missing'}) throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' });
        writeSync(2, specifier + '\\n');
        return next(specifier, context);
      },
    });`)}`;

/** Starts Payout Desk in a process of its own, asks it to stop once it listens, and returns what it wrote. */
async function startAndStop(bot: TestBot, endpoint: string | undefined, found: 'told' | 'missing') {
  const env = { ...bot.env, PATH: process.env['PATH'], OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
  const child = spawn(process.execPath, ['--import', hooks(found), resolve('src/main.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stderr = text(child.stderr);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    if (!stdout.includes('"listening"') && `${stdout}${piece}`.includes('"listening"')) child.kill('SIGTERM');
    stdout += piece;
  });
  await once(child, 'close');
  return { code: child.exitCode, stdout, asked: (await stderr).split('\n').filter((line) => line !== '') };
}

async function withBot(work: (bot: TestBot, collector: Collector) => Promise<void>): Promise<void> {
  const collector = await startCollector();
  const bot = await openBot({ stopped: true });
  try {
    await work(bot, collector);
  } finally {
    await bot.close();
    await collector.close();
  }
}

test('off by default: nothing of the SDK is loaded', () =>
  withBot(async (bot, collector) => {
    const off = await startAndStop(bot, undefined, 'told');
    expect(off).toMatchObject({ code: 0, asked: [] });
    expect(off.stdout).toContain('"listening"');
    const on = await startAndStop(bot, collector.url, 'told');
    expect(on.code).toBe(0);
    expect(on.asked).toContain('@opentelemetry/sdk-trace');
    expect(collector.spans().map(({ name }) => name)).toContain('job recovery');
  }));

test('without the packages it runs untraced, and says so once', () =>
  withBot(async (bot, collector) => {
    const { code, stdout, asked } = await startAndStop(bot, collector.url, 'missing');
    expect({ code, asked }).toEqual({ code: 0, asked: [] });
    expect(stdout).toContain('"listening"');
    const told = stdout.split('\n').filter((line) => line.includes(NOT_INSTALLED));
    expect(told).toHaveLength(1);
    expect(collector.sent()).toBe('');
  }));
