/** Owns the walls of the house: who may import whom, as the design says, read from the sources themselves. */

import { describe, expect, test } from 'vitest';
import { type Import, type Source, sourcesOf } from './sources.ts';

interface Wall {
  /** The files it holds for. */
  of: RegExp;
  /** Files of ours they may use. */
  uses: RegExp;
  /** Files of ours of which they may use the types alone. */
  types?: RegExp;
  /** Packages and Node's own modules. */
  packages: RegExp;
}

/** The first wall that fits a file holds for it. */
const WALLS: Wall[] = [
  { of: /^src\/node-version\.ts$/, uses: /^$/, packages: /^$/ },
  {
    of: /^src\/main\.ts$/,
    uses: /^src\/(node-version|app|config|log|ops\/(explain-start|misspelt))\.ts$/,
    packages: /^node:fs$/,
  },
  {
    of: /^src\/(doctor|audit)\.ts$/,
    uses: /^src\/(errors|node-version|ops\/(doctor|audit|explain-start))\.ts$/,
    packages: /^node:(fs|util)$/,
  },
  { of: /^src\/app\.ts$/, uses: /^src\/(?!main)/, packages: /^node:crypto$/ },
  {
    of: /^src\/config\.ts$/,
    uses: /^src\/(setting-types|jobs\/calendar|payouts\/(link|money|time))\.ts$/,
    types: /^src\/payouts\//,
    packages: /^(zod|node:fs)$/,
  },
  {
    of: /^src\/setting-types\.ts$/,
    uses: /^src\/payouts\/time\.ts$/,
    types: /^src\/payouts\/access\.ts$/,
    packages: /^zod$/,
  },
  { of: /^src\/log\.ts$/, uses: /^src\/payouts\/mask\.ts$/, packages: /^(pino|node:async_hooks)$/ },
  { of: /^src\/(errors|log-rate|renewing)\.ts$/, uses: /^$/, packages: /^$/ },
  { of: /^src\/payouts\//, uses: /^src\/(payouts\/|errors\.ts)/, packages: /^$/ },
  {
    of: /^src\/instantpay\//,
    uses: /^src\/(instantpay\/|errors\.ts|payouts\/(given|link|mask|money|normalize|time|transaction|revealed)\.ts)/,
    types: /^src\/payouts\//,
    packages: /^(axios|p-limit|zod|node:(https?|net|tls|timers\/promises))$/,
  },
  {
    of: /^src\/store\//,
    uses: /^src\/(store\/|errors\.ts|payouts\/(approval|link|mask|time|transaction)\.ts)/,
    types: /^src\/payouts\//,
    packages: /^(kysely(\/migration)?|pg|zod|node:(sqlite|fs|path|crypto|timers\/promises))$/,
  },
  {
    of: /^src\/slack\/views\//,
    uses: /^src\/(slack\/(views\/|blocks|text|limits|actions|seal|vocabulary)|payouts\/(link|mask|money|time|digest|reason|revealed)\.ts)/,
    types: /^src\/(slack\/parse\.ts|payouts\/)/,
    packages: /^(@slack\/web-api|csv-stringify\/sync)$/,
  },
  {
    of: /^src\/slack\//,
    uses: /^src\/(slack|payouts)\/|^src\/(errors|log-rate|renewing)\.ts$/,
    types: /^src\/log\.ts$/,
    packages: /^(@slack\/(bolt|web-api)|zod|fastest-levenshtein|node:(crypto|http|timers\/promises))$/,
  },
  {
    of: /^src\/jobs\//,
    uses: /^src\/(jobs\/|payouts\/|errors\.ts|renewing\.ts|slack\/((post|slack-errors|web-client)\.ts|views\/))/,
    types: /^src\/(log|slack\/blocks)\.ts$/,
    packages: /^(croner|node-cron|p-limit)$/,
  },
  {
    of: /^src\/ops\//,
    uses: /^src\/(ops|instantpay|store|payouts)\/|^src\/(config|errors|log-rate)\.ts$|^src\/slack\/((post|slack-errors|web-client)\.ts$|views\/)/,
    types: /^src\/log\.ts$/,
    packages: /^(fastest-levenshtein|@slack\/web-api|prom-client|node:(http|fs|stream|events)(\/promises)?)$/,
  },
];

const sources = sourcesOf('src');

function allowed(wall: Wall, used: Import): boolean {
  if (used.isPackage) return used.from === 'node:module' ? false : wall.packages.test(used.from);
  return wall.uses.test(used.from) || (used.typeOnly && wall.types?.test(used.from) === true);
}

function breaches(source: Source): string[] {
  const wall = WALLS.find(({ of }) => of.test(source.path));
  if (!wall) return [`${source.path} stands in no room of the house`];
  return source.imports
    .filter((used) => !allowed(wall, used))
    .map((used) => `${source.path} imports ${used.from}${used.typeOnly ? ' (types)' : ''}`);
}

test('the sources are found, with their imports', () => {
  expect(sources.length).toBeGreaterThan(60);
  const app = sources.find(({ path }) => path === 'src/app.ts');
  expect(app?.imports.map(({ from }) => from)).toEqual(
    expect.arrayContaining(['node:crypto', 'src/store/database.ts', 'src/payouts/ports.ts']),
  );
  expect(app?.imports.find(({ from }) => from === 'src/payouts/ports.ts')?.typeOnly).toBe(true);
  expect(sources.flatMap(({ imports }) => imports).every(({ from }) => from !== '')).toBe(true);
});

test('a breach is seen', () => {
  const bad = (path: string, from: string): string[] =>
    breaches({
      path,
      text: '',
      imports: [{ from, isPackage: !from.startsWith('src/'), typeOnly: false }],
    });
  for (const [path, from] of [
    ['src/slack/commands/x.ts', 'src/store/database.ts'],
    ['src/slack/commands/x.ts', 'src/instantpay/client.ts'],
    ['src/jobs/x.ts', 'src/store/database.ts'],
    ['src/jobs/x.ts', 'src/slack/dispatch.ts'],
    ['src/payouts/x.ts', 'src/slack/text.ts'],
    ['src/payouts/x.ts', 'zod'],
    ['src/payouts/x.ts', 'node:fs'],
    ['src/slack/views/x.ts', 'src/slack/post.ts'],
    ['src/slack/views/x.ts', 'src/payouts/cancellation.ts'],
    ['src/store/x.ts', 'src/instantpay/client.ts'],
    ['src/instantpay/x.ts', 'src/payouts/cancellation.ts'],
    ['src/log.ts', 'src/config.ts'],
    ['src/setting-types.ts', 'src/config.ts'],
    ['src/setting-types.ts', 'node:fs'],
    ['src/app.ts', 'demo/slack/slack.ts'],
    ['src/cupboard/x.ts', 'src/errors.ts'],
  ] as const)
    expect(bad(path, from)).toHaveLength(1);
});

test('nobody imports what stands behind a wall', () => {
  expect(sources.flatMap(breaches)).toEqual([]);
});

test('the rules keep no time, throw no dice and make no ids of their own', () => {
  const impure =
    /\bDate\.now\b|\bnew Date\b|\bsetTimeout\b|\bsetInterval\b|\bMath\.random\b|\brandomUUID\b|\bprocess\.|\bconsole\./;
  const found = sources.filter(
    ({ path, text }) => path.startsWith('src/payouts/') && impure.test(code(text)),
  );
  expect(found.map(({ path }) => path)).toEqual([]);
});

describe('the habits', () => {
  const written = [...sources, ...sourcesOf('demo')];

  test('no file over 300 lines in src', () => {
    const long = sources.filter(({ text }) => text.trimEnd().split('\n').length > 300);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  test('every file opens with one comment on what it owns', () => {
    const opening = /^\/\*\*[\s*]+Owns .*?\*\//s;
    expect(written.filter(({ text }) => !opening.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test('names are kebab-case, and none says nothing', () => {
    const name = /^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.ts$/;
    const empty = /(utils?|helpers?|manager|service|common|misc|index)\.ts$/;
    const bad = written
      .map(({ path }) => path.split('/').at(-1) ?? '')
      .filter((file) => !name.test(file) || empty.test(file));
    expect(bad).toEqual([]);
  });

  test('no module mocks in the tests', () => {
    const mocks = new RegExp(['vi', '\\.', '(mock|doMock|spyOn|stubGlobal)\\('].join(''));
    expect(
      sourcesOf('test')
        .filter(({ text }) => mocks.test(text))
        .map(({ path }) => path),
    ).toEqual([]);
  });
});

/** Without comments. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}
