/** Owns what the bundle takes of the packages: those that stay as they are, and the licences of those that become part of it. */

import { existsSync } from 'node:fs';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

export const PACKAGES = 'node_modules';
const INSTALLED = join(import.meta.dirname, '..', PACKAGES);
/** No process reads them. */
const LEFT_OUT = /\.(map|d\.ts|d\.mts|d\.cts)$/;
const LICENCE = /^(licen[cs]e|notice|copying|authors)/i;

/** Returns the package of an import: `@a/b` of `@a/b/c.js`. */
export function packageOf(name: string): string {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}

/** Copies packages and what they need, each to where it is installed: a package inside another stays there. */
export async function copyPackages(names: readonly string[], to: string): Promise<void> {
  const folders = new Set<string>();
  for (const name of names) await need(name, INSTALLED, folders);
  for (const folder of folders) {
    await cp(folder, join(to, relative(INSTALLED, folder)), {
      recursive: true,
      // Packages inside a package are needed, or not, by themselves.
      filter: (path) => !LEFT_OUT.test(path) && !relative(folder, path).split('/').includes(PACKAGES),
    });
  }
}

/** `from`: the folder in which it is looked for first, as Node does. Optional packages may be missing. */
async function need(name: string, from: string, folders: Set<string>): Promise<void> {
  const folder = [join(from, PACKAGES, name), join(INSTALLED, name)].find((path) => existsSync(path));
  if (folder === undefined || folders.has(folder)) return;
  folders.add(folder);
  const { dependencies, optionalDependencies } = await manifestAt(folder);
  for (const each of Object.keys({ ...dependencies, ...optionalDependencies }))
    await need(each, folder, folders);
}

interface Manifest {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

async function manifestAt(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
}

/** Copies what says under which licence each package of the bundle is: its files of that name, else its package.json. */
export async function copyLicences(modules: readonly string[], to: string): Promise<void> {
  const folders = new Set(
    modules.flatMap((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  for (const folder of folders) {
    const files = (await readdir(folder)).filter((name) => LICENCE.test(name));
    for (const name of files.length > 0 ? files : ['package.json'])
      await cp(join(folder, name), join(to, relative(INSTALLED, folder), name), { recursive: true });
  }
}
