/** Owns `npm run doctor`: every question asked, each answer with what to fix, and no secret in any of them. */

import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type InstantPay, startInstantPay } from '../../fakes/instantpay/server.ts';
import { type LocalSlack, startSlack } from '../../fakes/slack/slack.ts';
import { SCOPES } from '../../fakes/slack/workspace.ts';
import type { Env } from '../../src/config.ts';
import { examine } from '../../src/cli/examine.ts';
import type { Finding } from '../../src/cli/finding.ts';
import { openStore } from '../../src/store/database.ts';
import { IN_USE } from '../../src/cli/examine-store.ts';
import { CHANGES } from '../../src/store/migrations/all.ts';
import { ROOT } from '../house/sources.ts';
import { entry } from '../store/samples.ts';
import { FILE_PROBLEMS } from '../../src/store/sqlite.ts';
import { NOT_REACHED } from '../../src/instantpay/errors.ts';

const LATEST = `schema ${CHANGES.length} of ${CHANGES.length}`;

let slack: LocalSlack;
let instantpay: InstantPay;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'payout-desk-doctor-'));
  slack = await startSlack();
  instantpay = await startInstantPay();
});
afterEach(() => {
  slack.faults.clear();
  instantpay.clearFaults();
});
afterAll(async () => {
  await slack.close();
  await instantpay.close();
  rmSync(folder, { recursive: true, force: true });
});

const env = (more: Env = {}, of: LocalSlack = slack): Env => ({
  SLACK_BOT_TOKEN: of.botToken,
  SLACK_SIGNING_SECRET: of.signingSecret,
  SLACK_API_URL: of.apiUrl,
  INSTANTPAY_CLIENT_ID: instantpay.credentials.clientId,
  INSTANTPAY_CLIENT_SECRET: instantpay.credentials.clientSecret,
  INSTANTPAY_ENDPOINT_IP: '203.0.113.7',
  INSTANTPAY_BASE_URL: instantpay.url,
  INSTANTPAY_TIMEOUT: '2s',
  DATABASE_URL: `sqlite:${join(folder, 'desk.db')}`,
  APPROVAL_CHANNEL: 'C0APPROVALS',
  APPROVERS: 'S0APPROVERS',
  DIGEST_CHANNEL: 'C0DIGESTS',
  ...more,
});

async function about(name: string, more?: Env, of?: LocalSlack): Promise<Finding> {
  const findings = await examine(env(more, of));
  const found = findings.find((finding) => finding.about === name);
  if (!found)
    throw new Error(`nothing about ${name}: ${findings.map((finding) => finding.about).join(', ')}`);
  expect(JSON.stringify(findings)).not.toMatch(/xoxb-|demo-client|signing-secret/);
  return found;
}

test('a misspelt setting is told with the one that was meant, also beside what is wrong', async () => {
  expect(await about('DIGEST_CHANEL', { DIGEST_CHANEL: 'C0DIGESTS' })).toMatchObject({
    verdict: 'warn',
    detail: expect.stringContaining('DIGEST_CHANNEL'),
  });
  const { APPROVERS: _, ...rest } = env();
  const findings = await examine({ ...rest, APROVERS: 'U0A' });
  expect(findings.map(({ verdict, about: name }) => [verdict, name])).toEqual([
    ['fail', 'APPROVERS'],
    ['warn', 'APROVERS'],
  ]);
});

test('a setting that lets every full member in is looked at', async () => {
  expect(await about('OPERATORS', { OPERATORS: '*' })).toMatchObject({ verdict: 'warn' });
  expect(await about('VIEWERS', { VIEWERS: '*' })).toMatchObject({ verdict: 'warn' });
});

test('all is well', async () => {
  const findings = await examine(env());
  expect(findings.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  expect(findings.map((finding) => finding.about)).toEqual(
    expect.arrayContaining([
      'settings',
      'Slack token',
      'Slack scopes',
      'APPROVAL_CHANNEL',
      'DIGEST_CHANNEL',
      'user group S0APPROVERS',
      'InstantPay',
      'store',
    ]),
  );
});

test('settings are answered by name', async () => {
  const findings = await examine({ PORT: 'x' });
  expect(findings.every(({ verdict }) => verdict === 'fail')).toBe(true);
  expect(findings.map((finding) => finding.about)).toEqual(
    expect.arrayContaining(['PORT', 'SLACK_BOT_TOKEN']),
  );
});

test('warns while the signing secret before is taken as well', async () => {
  const previous = 'previous-signing-secret';
  const findings = await examine(env({ SLACK_SIGNING_SECRET_PREVIOUS: previous }));
  const unusual = findings.filter(({ verdict }) => verdict !== 'ok');
  expect(unusual.map(({ verdict, about: name }) => [verdict, name])).toEqual([
    ['warn', 'SLACK_SIGNING_SECRET_PREVIOUS'],
  ]);
  expect(JSON.stringify(findings)).not.toContain(previous);
});

test('Slack: token, scopes, channels, user groups', async () => {
  expect(await about('Slack token', { SLACK_BOT_TOKEN: 'xoxb-wrong' })).toMatchObject({ verdict: 'fail' });
  const poor = await startSlack({ scopes: SCOPES.filter((scope) => scope !== 'files:write') });
  expect(await about('Slack scopes', {}, poor)).toMatchObject({
    verdict: 'fail',
    detail: expect.stringContaining('files:write'),
  });
  await poor.close();
  expect(await about('APPROVAL_CHANNEL', { APPROVAL_CHANNEL: 'C0NOSUCH' })).toMatchObject({
    verdict: 'fail',
    detail: expect.stringContaining('invite'),
  });
  expect(await about('APPROVAL_CHANNEL', { APPROVAL_CHANNEL: 'C0NOBOT' })).not.toMatchObject({
    verdict: 'ok',
  });
  expect(await about('user group S0NOBODY', { APPROVERS: 'S0NOBODY' })).toMatchObject({ verdict: 'fail' });
  slack.groups.planUpgradeRequired = true;
  expect((await about('user group S0APPROVERS')).detail).toContain('free plan');
  slack.groups.planUpgradeRequired = false;
});

test('Slack: what a look-up after a crash needs', async () => {
  const open = await startSlack({
    scopes: [...SCOPES.filter((scope) => !scope.endsWith(':history')), 'chat:write.public'],
  });
  for (const scope of ['channels:history', 'groups:history', 'im:history']) {
    expect(await about(`Slack scope ${scope}`, {}, open)).toMatchObject({
      verdict: 'warn',
      detail: expect.stringContaining('twice'),
    });
  }
  const outside = { APPROVAL_CHANNEL: 'C0NOBOT' };
  expect(await about('APPROVAL_CHANNEL', outside, open)).toMatchObject({ verdict: 'warn' });
  await open.close();
  expect(await about('APPROVAL_CHANNEL', outside)).toMatchObject({
    verdict: 'fail',
    detail: expect.stringContaining('cannot post there'),
  });
});

test('APPROVERS: enough of them, and all in the channel of the cards', async () => {
  const { approver, secondApprover } = slack.people;
  expect(await about('APPROVERS')).toMatchObject({ verdict: 'ok' });
  expect(await about('APPROVERS', { APPROVERS: approver.id })).toMatchObject({
    verdict: 'warn',
    detail: expect.stringContaining('own requests'),
  });
  const two = { APPROVERS: approver.id, APPROVALS_REQUIRED_ABOVE: '50000' };
  expect(await about('APPROVERS', two)).toMatchObject({ verdict: 'fail' });
  const tiers = { APPROVAL_RULES: '0:1,50000:3@S0APPROVERS' };
  expect(await about('APPROVAL_RULES', tiers)).toMatchObject({
    verdict: 'fail',
    detail: expect.stringContaining('tier 2: 2 found'),
  });
  expect(await about('APPROVERS', { APPROVERS: `${approver.id},${secondApprover.id},U0NEW` })).toMatchObject({
    verdict: 'warn',
    detail: expect.stringContaining('U0NEW. Invite'),
  });
  // Where Slack does not list the members, nothing is said about them.
  slack.faults.set('conversations.members', { kind: 'error', error: 'missing_scope' });
  const findings = await examine(env());
  expect(findings.filter(({ about: name }) => name === 'APPROVERS')).toEqual([]);
});

test('InstantPay: credentials, environment, out of reach', async () => {
  expect(await about('InstantPay', { INSTANTPAY_CLIENT_SECRET: 'wrong' })).toMatchObject({ verdict: 'fail' });
  expect(await about('InstantPay', { INSTANTPAY_ENVIRONMENT: 'sandbox' })).toMatchObject({
    verdict: 'fail',
    detail: expect.stringContaining('responds from live'),
  });
  expect(await about('InstantPay', { INSTANTPAY_BASE_URL: 'http://127.0.0.1:9' })).toMatchObject({
    verdict: 'fail',
    detail: expect.stringContaining(NOT_REACHED),
  });
});

test('the clock of this machine against InstantPay’s (R24)', async () => {
  expect(await about('clock')).toMatchObject({ verdict: 'ok' });
  // What is left of the second and of the call may make it a unit less.
  for (const [clockAheadMs, words] of [
    [10 * 60_000, /(?:9|10) minutes behind/],
    [-3 * 3_600_000, /(?:2|3) hours ahead of/],
  ] as const) {
    instantpay.controls.clockAheadMs = clockAheadMs;
    expect(await about('clock')).toMatchObject({ verdict: 'warn', detail: expect.stringMatching(words) });
  }
  instantpay.controls.clockAheadMs = 0;
});

/** Every file below a folder with what it holds. */
function contentsOf(place: string): Record<string, string> {
  const names = readdirSync(place, { recursive: true, encoding: 'utf8' }).toSorted((a, b) =>
    a.localeCompare(b),
  );
  return Object.fromEntries(
    names.map((name) => {
      const path = join(place, name);
      return [name, statSync(path).isFile() ? readFileSync(path).toString('base64') : 'folder'];
    }),
  );
}

describe('the store', () => {
  const inFolder = (name: string): { place: string; DATABASE_URL: string } => {
    const place = mkdtempSync(join(folder, 'store-'));
    return { place, DATABASE_URL: `sqlite:${join(place, name)}` };
  };

  test('a place that cannot be written to', async () => {
    const { place, DATABASE_URL } = inFolder('file/desk.db');
    writeFileSync(join(place, 'file'), '');
    expect(await about('store', { DATABASE_URL })).toMatchObject({
      verdict: 'fail',
      detail: expect.stringContaining('DATABASE_URL'),
    });
  });

  test('a new one: no folder, file or lock is made', async () => {
    const { place, DATABASE_URL } = inFolder('deep/er/desk.db');
    expect(await about('store', { DATABASE_URL })).toMatchObject({
      verdict: 'ok',
      detail: expect.stringContaining('at the next start'),
    });
    expect(contentsOf(place)).toEqual({});
  });

  test('in use by a running process: told so, and nothing is changed', async () => {
    const { place, DATABASE_URL } = inFolder('desk.db');
    const store = await openStore(DATABASE_URL);
    await store.audit.append(entry());
    const before = contentsOf(place);
    const { verdict, detail } = await about('store', { DATABASE_URL });
    expect({ verdict, detail }).toEqual({ verdict: 'ok', detail: `${IN_USE}; ${LATEST}; 1 audit rows` });
    const after = contentsOf(place);
    // Readers mark in the shared index where they read.
    delete before['desk.db-shm'];
    delete after['desk.db-shm'];
    expect(after).toEqual(before);
    await store.close();
  });

  test('at rest, also one of another version: nothing is changed, nothing is migrated', async () => {
    const { place, DATABASE_URL } = inFolder('desk.db');
    await (await openStore(DATABASE_URL)).close();
    const before = contentsOf(place);
    expect(await about('store', { DATABASE_URL })).toMatchObject({
      verdict: 'ok',
      detail: `${LATEST}; 0 audit rows`,
    });
    expect(contentsOf(place)).toEqual(before);
  });

  test('after a crash, and a copy without its log', async () => {
    const { place, DATABASE_URL } = inFolder('desk.db');
    const store = await openStore(DATABASE_URL);
    const copied = inFolder('desk.db');
    copyFileSync(join(place, 'desk.db'), join(copied.place, 'desk.db'));
    expect(await about('store', { DATABASE_URL: copied.DATABASE_URL })).toMatchObject({
      verdict: 'fail',
      detail: expect.stringContaining(FILE_PROBLEMS.hollow),
    });
    copyFileSync(join(place, 'desk.db-wal'), join(copied.place, 'desk.db-wal'));
    const before = contentsOf(copied.place);
    expect(await about('store', { DATABASE_URL: copied.DATABASE_URL })).toMatchObject({
      verdict: 'ok',
      detail: expect.stringContaining('crash'),
    });
    expect(contentsOf(copied.place)).toEqual(before);
    await store.close();
  });
});

test('as JSON, for a program', () => {
  const run = spawnSync(process.execPath, ['src/cli/doctor.ts', '--json'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], PORT: 'x' },
    encoding: 'utf8',
  });
  const { canStart, findings } = z
    .object({
      canStart: z.boolean(),
      findings: z.array(z.object({ verdict: z.string(), about: z.string() })),
    })
    .parse(JSON.parse(run.stdout));
  expect({ status: run.status, canStart }).toEqual({ status: 1, canStart: false });
  expect(findings).toContainEqual({ verdict: 'fail', about: 'PORT' });
});
