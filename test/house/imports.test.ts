/** Owns the walls of the house: who may import whom, as the design says, read from the sources themselves. */

import { expect, test } from 'vitest';
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
    uses: /^src\/(node-version|app|config|log|misspelt-settings|cli\/explain-failure)\.ts$/,
    types: /^src\/parts\.ts$/,
    packages: /^$/,
  },
  { of: /^src\/app\.ts$/, uses: /^src\/(?!main|cli\/)/, packages: /^$/ },
  { of: /^src\/app-jobs\.ts$/, uses: /^src\/(?!main|app\.ts|cli\/)/, packages: /^$/ },
  { of: /^src\/app-metrics\.ts$/, uses: /^src\/(?!main|app(-jobs)?\.ts|cli\/)/, packages: /^$/ },
  { of: /^src\/version\.ts$/, uses: /^$/, packages: /^(zod|node:fs)$/ },
  { of: /^src\/parts\.ts$/, uses: /^src\/(?!main|app(-jobs)?\.ts|cli\/)/, packages: /^node:crypto$/ },
  {
    of: /^src\/config\.ts$/,
    uses: /^src\/(config-schema|payouts\/(policy|subscriptions\/skip))\.ts$/,
    packages: /^(zod|node:fs)$/,
  },
  {
    of: /^src\/config-schema\.ts$/,
    uses: /^src\/(config-fields|payouts\/(deps|links\/link|subscriptions\/calendar|time))\.ts$/,
    packages: /^zod$/,
  },
  {
    of: /^src\/config-fields\.ts$/,
    uses: /^src\/(payouts\/(money|subscriptions\/cron|time)|instantpay\/options)\.ts$/,
    types: /^src\/payouts\/(links\/auto-remind-steps|policy|subscriptions\/skip)\.ts$/,
    packages: /^zod$/,
  },
  {
    of: /^src\/misspelt-settings\.ts$/,
    uses: /^src\/config-schema\.ts$/,
    types: /^src\/config\.ts$/,
    packages: /^fastest-levenshtein$/,
  },
  {
    of: /^src\/log\.ts$/,
    uses: /^src\/(log-turns|payouts\/mask)\.ts$/,
    packages: /^(pino|node:async_hooks)$/,
  },
  { of: /^src\/log-turns\.ts$/, uses: /^$/, packages: /^pino$/ },
  { of: /^src\/(deadline|errors|log-rate|renewing)\.ts$/, uses: /^$/, packages: /^$/ },
  {
    of: /^src\/scratch\.ts$/,
    uses: /^src\/errors\.ts$/,
    packages: /^node:(fs|os|path|readline)(\/promises)?$/,
  },
  {
    of: /^src\/chart\/draw-chart\.ts$/,
    uses: /^src\/errors\.ts$/,
    types: /^src\/payouts\//,
    packages: /^node:(child_process|url)$/,
  },
  /** In a process of its own. */
  {
    of: /^src\/chart\//,
    uses: /^src\/(chart\/spec|node-version|payouts\/links\/link)\.ts$/,
    types: /^src\/payouts\//,
    packages: /^(@resvg\/resvg-js|vega|vega-lite|zod|node:(url|stream\/consumers))$/,
  },
  { of: /^src\/reference\.ts$/, uses: /^$/, packages: /^node:crypto$/ },
  {
    of: /^src\/keyed-hash\.ts$/,
    uses: /^$/,
    types: /^src\/payouts\/links\/index-port\.ts$/,
    packages: /^node:crypto$/,
  },
  {
    of: /^src\/cli\//,
    uses: /^src\/(cli|instantpay|store|payouts)\/|^src\/(config|config-schema|errors|misspelt-settings|node-version|ops\/observe-instantpay)\.ts$|^src\/slack\/(api\/(error-codes|client|methods)|block-kit\/ids|views\/audit-csv)\.ts$/,
    types: /^src\/log\.ts$/,
    packages: /^(@slack\/web-api|node:(fs|path|stream|util)(\/promises)?)$/,
  },
  // A calculation: it is given the time, and keeps none.
  { of: /^src\/payouts\/subscriptions\/calendar\.ts$/, uses: /^$/, packages: /^croner$/ },
  { of: /^src\/payouts\//, uses: /^src\/(payouts\/|errors\.ts)/, packages: /^$/ },
  {
    of: /^src\/instantpay\//,
    uses: /^src\/(instantpay\/|errors\.ts|payouts\/(given|mask|money|normalize|time|links\/(link|link-table|match|revealed)|transactions\/transaction)\.ts)/,
    types: /^src\/payouts\//,
    packages: /^(axios|zod|node:(zlib|https?|net|stream|tls|timers\/promises))$/,
  },
  {
    of: /^src\/store\//,
    uses: /^src\/(store\/|errors\.ts|payouts\/(audit-entry|cancel\/(batch|outcome|request)|digest\/told|exports\/run|links\/(auto-remind-steps|last-reminder|link|reminder-run)|mask|subscriptions\/skip|time|transactions\/transaction|watches\/watch)\.ts)/,
    types: /^src\/payouts\//,
    packages: /^(kysely(\/migration)?|pg|zod|node:(sqlite|fs|path|url|crypto|timers\/promises))$/,
  },
  {
    of: /^src\/slack\/views\//,
    uses: /^src\/(slack\/(views\/|block-kit\/|parse\/(vocabulary|terms))|payouts\/(links\/(link|list-filter|list-name|reminder-run)|mask|money|time|digest\/digest|cancel\/(batch|reason)|home\/queue|subscriptions\/cron|transactions\/transaction|watches\/watch|(cancel|transactions|watches)\/words)\.ts)/,
    types: /^src\/(slack\/parse\/command\.ts|payouts\/)/,
    packages: /^(@slack\/web-api|csv-stringify\/sync)$/,
  },
  {
    of: /^src\/slack\/block-kit\//,
    uses: /^src\/(slack\/(block-kit\/|parse\/(vocabulary|terms))|errors\.ts|payouts\/(audit-entry|cancel\/(batch|reason)|links\/(link|list-filter|reminder-run)|money|time|transactions\/transaction)\.ts)/,
    types: /^src\/payouts\//,
    packages: /^(@slack\/web-api|zod|node:(crypto|zlib))$/,
  },
  {
    of: /^src\/slack\/parse\//,
    uses: /^src\/(slack\/(parse|block-kit)\/|errors\.ts|payouts\/(cancel\/(batch|words)|dates|links\/(link|list-name|target)|mask|money|time|transactions\/transaction)\.ts)/,
    types: /^src\/payouts\//,
    packages: /^fastest-levenshtein$/,
  },
  {
    of: /^src\/slack\/api\//,
    uses: /^src\/(slack\/(api|block-kit)\/|(deadline|errors|log-rate)\.ts$|payouts\/time\.ts)/,
    types: /^src\/(log\.ts|payouts\/)/,
    packages: /^(@slack\/(bolt|web-api)|zod|node:(crypto|https?|stream\/consumers|timers\/promises))$/,
  },
  {
    of: /^src\/slack\//,
    uses: /^src\/(slack|payouts)\/|^src\/(deadline|errors|log|log-rate|renewing)\.ts$/,
    types: /^src\/ops\/in-flight\.ts$/,
    packages: /^(@slack\/(bolt|web-api)|p-limit|zod|node:crypto)$/,
  },
  {
    of: /^src\/jobs\//,
    uses: /^src\/(jobs\/|payouts\/|deadline\.ts|errors\.ts|renewing\.ts|slack\/(api\/(messenger|error-codes|client)\.ts|views\/))/,
    types: /^src\/(log|scratch|ops\/in-flight|slack\/block-kit\/blocks)\.ts$/,
    packages: /^(node-cron|p-limit)$/,
  },
  {
    of: /^src\/tracing\/sdk\.ts$/,
    uses: /^src\/(tracing\/|(deadline|errors|log-rate)\.ts$)/,
    types: /^src\/log\.ts$/,
    packages: /^@opentelemetry\/(api|context-async-hooks|exporter-trace-otlp-http|resources|sdk-trace)$/,
  },
  {
    of: /^src\/tracing\//,
    uses: /^src\/tracing\//,
    types: /^src\/(log|instantpay\/client)\.ts$/,
    packages: /^$/,
  },
  {
    of: /^src\/ops\//,
    uses: /^src\/(ops\/|(deadline|errors|log-rate)\.ts$|payouts\/(time|digest\/run|open-work)\.ts$)/,
    types: /^src\/(log\.ts$|instantpay\/client\.ts$|payouts\/)/,
    packages: /^(prom-client|node:(http|stream|events)(\/promises)?)$/,
  },
  /** Fakes of Slack and InstantPay: what they knew of the product would agree with it by construction. */
  {
    of: /^fakes\//,
    uses: /^(fakes\/|src\/slack\/block-kit\/limits\.ts$)/,
    packages: /./,
  },
];

const sources = [...sourcesOf('src'), ...sourcesOf('fakes')];

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
  const app = sources.find(({ path }) => path === 'src/app-jobs.ts');
  expect(app?.imports.map(({ from }) => from)).toEqual(
    expect.arrayContaining(['src/jobs/table.ts', 'src/log.ts', 'src/store/database.ts']),
  );
  expect(app?.imports.find(({ from }) => from === 'src/store/database.ts')?.typeOnly).toBe(true);
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
    ['src/payouts/x.ts', 'src/slack/block-kit/text.ts'],
    ['src/payouts/x.ts', 'zod'],
    ['src/payouts/x.ts', 'node:fs'],
    ['src/slack/views/x.ts', 'src/slack/api/messenger.ts'],
    ['src/slack/views/x.ts', 'src/payouts/cancel/decide.ts'],
    ['src/slack/parse/x.ts', 'src/payouts/cancel/decide.ts'],
    ['src/ops/x.ts', 'src/slack/views/help.ts'],
    ['src/store/x.ts', 'src/instantpay/client.ts'],
    ['src/instantpay/x.ts', 'src/payouts/cancel/decide.ts'],
    ['src/log.ts', 'src/config.ts'],
    ['src/config-fields.ts', 'src/config.ts'],
    ['src/config-fields.ts', 'node:fs'],
    ['src/app.ts', 'fakes/slack/slack.ts'],
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
  // A date is made of an instant that was handed in, for croner and for the parts of a day.
  const handed = (text: string): string => text.replace(/\bnew Date\((at|before)\)/g, '');
  const found = sources.filter(
    ({ path, text }) => path.startsWith('src/payouts/') && impure.test(handed(code(text))),
  );
  expect(found.map(({ path }) => path)).toEqual([]);
});

/** Without comments. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}
