/** Owns temporary files: readable by nobody else, gone when they are not needed, and what a crash left is removed. */

import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createScratch, NOT_READ, NOT_WRITTEN, openSpill } from '../src/scratch.ts';

async function parentFolder(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'payout-desk-test-'));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  return parent;
}

const NOW = Date.parse('2026-11-20T12:00:00Z');

test('a file is private, holds what was written, and is gone after', async () => {
  const parent = await parentFolder();
  const scratch = createScratch(() => NOW, parent);
  const file = await scratch.create();
  await file.write('head\n');
  await file.write('अमृता\n');
  const [folder = ''] = await readdir(parent);
  const [name = ''] = await readdir(join(parent, folder));
  expect((await stat(join(parent, folder))).mode & 0o777).toBe(0o700);
  expect((await stat(join(parent, folder, name))).mode & 0o777).toBe(0o600);
  const content = await file.content();
  expect(content.size).toBe(Buffer.byteLength('head\nअमृता\n'));
  expect(await content.text()).toBe('head\nअमृता\n');
  await file.remove();
  expect(await readdir(join(parent, folder))).toEqual([]);
  await scratch.close();
  expect(await readdir(parent)).toEqual([]);
});

test('lines are dropped by their place, more of them than one write takes', async () => {
  const scratch = createScratch(() => NOW, await parentFolder());
  const file = await scratch.create();
  const lines = Array.from({ length: 1_234 }, (_none, index) => `line ${index}`);
  await file.write(`${lines.join('\n')}\n`);
  await file.dropLines((index) => [0, 7, 1_233].includes(index));
  await file.write('after\n');
  const kept = lines.filter((_line, index) => ![0, 7, 1_233].includes(index));
  expect(await (await file.content()).text()).toBe(`${[...kept, 'after'].join('\n')}\n`);
  await scratch.close();
});

test('what a process left is removed at the next start; what another one uses is not', async () => {
  const parent = await parentFolder();
  const other = createScratch(() => NOW, parent);
  await (await other.create()).write('in use by another replica of this process');
  const [inUse = ''] = await readdir(parent);
  // Of a process that ended, of an earlier one with our ID, of one that runs, and of one that runs and forgot it.
  const named = (pid: number, rest: string) => join(parent, `payout-desk-files-${pid}-${rest}`);
  const [gone, earlier, running, old] = [
    named(2 ** 22 + 1, 'gone'),
    named(process.pid, 'before'),
    named(1, 'runs'),
    named(1, 'old'),
  ];
  for (const folder of [gone, earlier, running, old]) {
    await mkdir(folder);
    await writeFile(join(folder, '1.csv'), 'a');
    const at = new Date(folder === old ? NOW - 25 * 60 * 60_000 : NOW);
    await utimes(folder, at, at);
  }
  await writeFile(join(parent, 'a file of somebody else'), 'a');
  const scratch = createScratch(() => NOW, parent);
  await scratch.create();
  const left = await readdir(parent);
  expect(left).toHaveLength(4);
  expect(left).toEqual(
    expect.arrayContaining([inUse, 'payout-desk-files-1-runs', 'a file of somebody else']),
  );
  await Promise.all([other.close(), scratch.close()]);
});

test('what a crash left is removed at the next start, also when no file is made then', async () => {
  const parent = await parentFolder();
  const left = join(parent, `payout-desk-files-${process.pid}-before`);
  await mkdir(left);
  await writeFile(join(left, '1.csv'), 'a');
  await createScratch(() => NOW, parent).close();
  expect(await readdir(parent)).toEqual([]);
});

test('a folder that a cleaner removed is made again', async () => {
  const parent = await parentFolder();
  const scratch = createScratch(() => NOW, parent);
  await scratch.create();
  const [folder = ''] = await readdir(parent);
  await rm(join(parent, folder), { recursive: true });
  await (await scratch.create()).write('again');
  expect(await readFile(join(parent, folder, '2.csv'), 'utf8')).toBe('again');
  await scratch.close();
});

test('a disk that takes nothing is said in one sentence, and tried again the next time', async () => {
  const parent = join(await parentFolder(), 'not there');
  const scratch = createScratch(() => NOW, parent);
  await expect(scratch.create()).rejects.toMatchObject({ kind: 'unavailable', message: NOT_WRITTEN });
  await mkdir(parent);
  await (await scratch.create()).remove();
  await scratch.close();
});

test('the file of a table has no name, and holds what was written until it is closed', async () => {
  const parent = await parentFolder();
  const file = openSpill(parent);
  if (!file) throw new Error('no file');
  expect(await readdir(parent)).toEqual([]);
  const [first, second] = [file.reserve(3), file.reserve(2)];
  expect(file.write(second, Uint8Array.of(4, 5))).toBe(true);
  expect(file.write(first, Uint8Array.of(1, 2, 3))).toBe(true);
  const bytes = new Uint8Array(2);
  file.read(second, bytes);
  expect([...bytes]).toEqual([4, 5]);
  expect(() => file.read(first, new Uint8Array(9))).toThrow(NOT_READ);
  file.close();
  expect(() => file.read(first, new Uint8Array(3))).toThrow(NOT_READ);
  expect(file.write(first, Uint8Array.of(1))).toBe(false);
});

test('where there is no folder for it, a table stays in memory', async () => {
  expect(openSpill(join(await parentFolder(), 'missing'))).toBeUndefined();
});
