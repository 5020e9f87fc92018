/**
 * Owns the bundle: Payout Desk and its packages as a few files, which start in half the time and hold less memory than 1,700
 * modules. Names, lines and the order of statements stay as they are written, so that what fails can be read.
 */

import { cp, mkdir, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { copyLicences, copyPackages, PACKAGES, packageOf } from './packages.ts';

const ROOT = join(import.meta.dirname, '..');

/** Each becomes `<name>.js`. What draws a chart is a process of its own beside the one that starts it. */
const ENTRIES = [
  'src/main.ts',
  'src/chart/draw.ts',
  'src/cli/doctor.ts',
  'src/cli/audit.ts',
  'src/cli/backup.ts',
  'src/cli/migrate.ts',
  'src/cli/move.ts',
];

/**
 * Stay packages: native code for one platform, and the SDK of traces, which is loaded only when they are on. `pg` and `vega`
 * ask for what is not installed.
 */
const APART = [/^@opentelemetry\/(?!api$)/, '@resvg/resvg-js', 'pg-native', 'canvas'];
/** Found by its path, not by an import. */
const FONTS = 'dejavu-fonts-ttf';

/**
 * One character beyond ASCII would make V8 keep the whole text with two bytes for each, 5 MB more. The bundler escapes them all
 * but in tagged templates, whose tag might read what is written instead of what is meant; `md` and `fallback` do not.
 */
const ASCII: Plugin = {
  name: 'ascii',
  generateBundle(_, files) {
    for (const file of Object.values(files)) {
      if (file.type !== 'chunk') continue;
      const raw = /\braw`[^`]*[^\0-\x7f].*/.exec(file.code);
      if (raw) throw new Error(`String.raw would change: ${raw[0]}`);
      file.code = file.code.replace(
        /[^\0-\x7f]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
    }
  },
};

/**
 * Empties the folder and writes it: entries and their parts, source maps, licences, and in `node_modules` the packages that stay apart.
 * It runs wherever `package.json` lies beside it. Rejects when the bundler warns. `also`: further entries;
 * one that is imported by another becomes a file that only exports, and starts nothing.
 */
export async function bundle(to: string, also: readonly string[] = []): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  const build = await rolldown({
    cwd: ROOT,
    input: Object.fromEntries([...ENTRIES, ...also].map((path) => [basename(path, '.ts'), path])),
    platform: 'node',
    external: APART,
    plugins: [ASCII],
    onLog(level, { message }) {
      if (level === 'warn') throw new Error(message);
    },
  });
  const { output } = await build.write({
    dir: to,
    format: 'esm',
    // Beside each other: `draw.js` and `../package.json` are found from any of them.
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    keepNames: true,
    comments: false,
    sourcemap: true,
    minify: { mangle: false, compress: false, codegen: { removeWhitespace: false, asciiOnly: true } },
  });
  await build.close();
  const chunks = output.filter((file) => file.type === 'chunk');
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds);
  const imported = chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]);
  const names = new Set(chunks.map(({ fileName }) => fileName));
  const packages = imported.filter((name) => !names.has(name) && !isBuiltin(name)).map(packageOf);
  await copyPackages([...packages, FONTS], join(to, PACKAGES));
  await copyLicences(modules, join(to, 'licenses'));
  await cp(join(ROOT, 'LICENSE'), join(to, 'licenses/payout-desk/LICENSE'));
}
