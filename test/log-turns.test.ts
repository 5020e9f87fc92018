/** Owns when lines of the log leave: in their order, once a turn, and all of them before the process ends. */

import { spawnSync } from 'node:child_process';
import { setImmediate as turn } from 'node:timers/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { turnByTurn } from '../src/log-turns.ts';

test('lines of one turn leave together, in their order', async () => {
  const written: string[] = [];
  const stream = turnByTurn({ write: (text) => void written.push(text) });
  stream.write('one\n');
  stream.write('two\n');
  expect(written).toEqual([]);
  await turn();
  expect(written).toEqual(['one\ntwo\n']);
  stream.write('three\n');
  await turn();
  expect(written).toEqual(['one\ntwo\n', 'three\n']);
});

/** Logs to stdout, and ends as `end` says before the turn does. */
function ending(end: string) {
  const log = JSON.stringify(resolve('src/log.ts'));
  const script = `const { createLog } = await import(${log}); const log = createLog('info', []);
    log.info('first'); log.info('last'); ${end}`;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  const messages = stdout.split('\n').filter((line) => line !== '');
  return { status, messages: messages.map((line) => JSON.parse(line).msg) };
}

test.each([
  ['by itself', '', 0],
  ['when it is told to', 'process.exit(3);', 3],
  ['by an error that nobody caught', 'throw new Error("no");', 1],
])('nothing is lost when a process ends %s', (_, end, status) => {
  expect(ending(end)).toEqual({ status, messages: ['first', 'last'] });
});
