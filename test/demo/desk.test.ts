/** Owns Payout Desk through kills: it starts again on the same data, and not for ever when it ends by itself. */

import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { openStage } from '../../demo/stage.ts';

test('what ends by itself is started again three times a minute, and what it logged last is said', async () => {
  const said: string[] = [];
  const stage = await openStage({ restarts: { say: (text) => said.push(text), afterMs: 1 } });
  const before = stage.databaseUrl;
  for (let time = 1; time <= 3; time += 1) {
    const { pid } = stage.app;
    process.kill(pid, 'SIGKILL');
    await stage.desk.ended();
    await expect
      .poll(() => stage.desk.state === 'running' && stage.app.pid !== pid, { timeout: 30_000 })
      .toBe(true);
    expect(said).toHaveLength(time);
    expect(said.at(-1)).toMatch(/^Payout Desk ended by itself.*\n.*"msg":/);
  }
  expect(stage.databaseUrl).toBe(before);
  process.kill(stage.app.pid, 'SIGKILL');
  await expect.poll(() => said.at(-1)).toContain('stays down');
  expect(stage.desk.state).toBe('down');
  await stage.close();
  expect(existsSync(dirname(stage.logPath))).toBe(false);
});

test('closed while it is down it does not start again', async () => {
  const stage = await openStage({ restarts: { say: () => {} } });
  const states: string[] = [];
  stage.desk.onChange(() => states.push(stage.desk.state));
  stage.desk.kill();
  await stage.desk.ended();
  await expect.poll(() => stage.desk.state).toBe('down');
  await stage.close({ withinMs: 1_000 });
  expect(states).toEqual(['down']);
});
