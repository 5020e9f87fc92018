/** Owns the operator's audit commands: what verify prints and expects, and what an export holds. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type AuditCommand,
  type AuditOptions,
  exportAudit,
  verifyAudit,
} from '../../src/cli/audit-commands.ts';
import { NO_RECORDS, type OpenStore, openStore } from '../../src/store/database.ts';
import { request, entry, next } from '../store/samples.ts';
import { absentRow } from '../../src/store/audit-verify.ts';
import { READABLE_FILE } from '../../src/config.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/audit.ts');
const NOON = Date.UTC(2026, 10, 20, 6, 30);
const DAY_MS = 24 * 60 * 60_000;
const KEY = 'k'.repeat(32);

let folder: string;
let path: string;
let store: OpenStore | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'payout-desk-audit-'));
  path = join(folder, 'desk.db');
});
afterEach(async () => {
  await store?.close();
  store = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** A store in use with this many rows, one a day. */
async function withRows(count: number, auditKey?: string): Promise<OpenStore> {
  store = await openStore(`sqlite:${path}`, { auditKey });
  await store.audit.begin(NOON);
  for (let index = 0; index < count; index += 1)
    await store.audit.append({
      at: NOON + index * DAY_MS,
      actorId: 'U1',
      action: 'audit.read',
      rowCount: index + 1,
    });
  return store;
}

async function run(command: AuditCommand, options: Partial<AuditOptions> = {}) {
  const parts: string[] = [];
  const url = `sqlite:${path}`;
  const exitCode = await command({ databaseUrl: url, auditKey: undefined, ...options }, async (text) => {
    parts.push(text);
  });
  return { exitCode, text: parts.join('') };
}

test('verify names the last row, which a later verify may expect', async () => {
  const { audit } = await withRows(3);
  const { hash } = await audit.anchor();
  const said = { exitCode: 0, text: `intact: 3 rows, last 3:${hash}\n` };
  expect(await run(verifyAudit)).toEqual(said);
  await audit.append({ at: NOON, actorId: 'U1', action: 'audit.exported' });
  const expected = [`3:${hash}`, `3:${hash.slice(0, 8).toUpperCase()}`];
  expect((await run(verifyAudit, { expect: expected })).exitCode).toBe(0);
  const wrong = await run(verifyAudit, { expect: [`2:${hash}`, `9:${hash}`] });
  expect(wrong.exitCode).toBe(1);
  expect(wrong.text).toMatch(/^unexpected: row 2: its hash is [0-9a-f]{64}, not/);
  expect(wrong.text).toContain(`unexpected: row 9: ${absentRow(4)}\n2 faults: 4 rows, last 4:`);
  for (const text of ['3', `3:${hash}0`, '3:abc', 'x:abcdefab', '-1:abcdefab'])
    await expect(run(verifyAudit, { expect: [text] })).rejects.toThrow('--expect: expected');
});

test('beside a store with a key: said in one line when the key is missing or wrong', async () => {
  const { audit } = await withRows(3, KEY);
  const { hash } = await audit.anchor();
  const intact = `intact: 4 rows, keyed from 1, last 4:${hash}\n`;
  expect(await run(verifyAudit, { auditKey: KEY })).toEqual({ exitCode: 0, text: intact });
  for (const auditKey of [undefined, 'w'.repeat(32)]) {
    const { exitCode, text } = await run(verifyAudit, { auditKey });
    expect(exitCode).toBe(1);
    expect(text.trim().split('\n')).toEqual([
      expect.stringMatching(/^unproved: rows 1 to 4: hashed with .* AUDIT_KEY/),
      expect.stringMatching(/^1 fault: 4 rows, keyed from 1, last 4:/),
    ]);
  }
});

test('an empty file, an empty database and a copy without its log hold no records', async () => {
  writeFileSync(path, '');
  await expect(run(verifyAudit)).rejects.toThrow(NO_RECORDS.sqlite);
  rmSync(path);
  new DatabaseSync(path).exec('create table of_another_program (id integer)');
  await expect(run(verifyAudit)).rejects.toThrow(NO_RECORDS.sqlite);
  await expect(run(exportAudit)).rejects.toThrow(NO_RECORDS.sqlite);
  rmSync(path);
  await withRows(3);
  const copy = join(folder, 'copy.db');
  copyFileSync(path, copy);
  const databaseUrl = `sqlite:${copy}`;
  await expect(run(verifyAudit, { databaseUrl })).rejects.toThrow(NO_RECORDS.sqlite);
});

test('an export has the numbers and the chain of its rows', async () => {
  const { audit } = await withRows(5);
  const rows = await audit.list({ limit: 9 });
  const { exitCode, text } = await run(exportAudit, { from: '2026-11-21', to: '2026-11-23' });
  expect(exitCode).toBe(0);
  const lines = text.trim().split('\n');
  expect(lines[0]).toMatch(/^sequence,.*,previous_hash,hash$/);
  expect(lines.slice(1).map((line) => line.split(',').at(0))).toEqual(['2', '3', '4']);
  const chained = rows.toReversed().slice(1, 4);
  expect(lines.slice(1).map((line) => line.split(',').slice(-2))).toEqual(
    chained.map(({ previousHash, hash }) => [previousHash, hash]),
  );
  expect((await run(exportAudit, { from: '2027-01-01' })).text.trim().split('\n')).toHaveLength(1);
});

/** As an operator starts it. */
function start(env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'close').then(([exitCode]: unknown[]) => exitCode);
  return { child, ended, said: () => said };
}

test('as a process: the key from a file, one line for what is wrong, and a reader who leaves early', async () => {
  const { audit, requests } = await withRows(0, KEY);
  const before = request();
  await requests.open([before], [entry()], []);
  await requests.save([
    { before: before, after: next(before, {}), audit: Array.from({ length: 1_000 }, () => entry()) },
  ]);
  const env = { DATABASE_URL: `sqlite:${path}`, AUDIT_KEY_FILE: join(folder, 'key') };
  const missing = start(env, 'verify');
  expect(await missing.ended).toBe(1);
  expect(missing.said()).toBe(`AUDIT_KEY_FILE: expected ${READABLE_FILE}.\n`);
  writeFileSync(env.AUDIT_KEY_FILE, `${KEY}\n`);
  const { sequence, hash } = await audit.anchor();
  const verified = start(env, 'verify', '--expect', `${sequence}:${hash}`, '--expect', `1:${'0'.repeat(8)}`);
  let text = '';
  verified.child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  expect(await verified.ended).toBe(1);
  expect(text).toMatch(
    /^unexpected: row 1: [^\n]*\n1 fault: 1,002 rows, keyed from 1, last 1002:[0-9a-f]{64}\n$/,
  );
  const exported = start(env, 'export');
  exported.child.stdout.once('data', () => exported.child.stdout.destroy());
  expect(await exported.ended).toBe(1);
  expect(exported.said()).toBe('');
});
