/** Owns reading the sources as a test sees them: every file of a folder with its text and its imports. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

export interface Import {
  /** A path from the root, such as `src/log.ts`, or the name of a package. */
  from: string;
  isPackage: boolean;
  /** Nothing of it is there at run time. */
  typeOnly: boolean;
}

export interface Source {
  /** From the root. */
  path: string;
  text: string;
  imports: Import[];
}

const STATEMENT = /^(?:import|export)\s+(type\s+)?([^'"();]*?)\s*from\s+'([^']+)'/gm;
const BARE = /^import\s+'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'/g;

export function sourcesOf(folder: string): Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .sort()
    .map((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      return { path, text, imports: importsOf(path, text) };
    });
}

function importsOf(path: string, text: string): Import[] {
  const found: Import[] = [];
  for (const [, type, clause = '', from = ''] of text.matchAll(STATEMENT)) {
    const names = clause
      .replace(/[{}]/g, ',')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    found.push(resolved(path, from, type !== undefined || names.every((name) => name.startsWith('type '))));
  }
  for (const pattern of [BARE, DYNAMIC])
    for (const [, from = ''] of text.matchAll(pattern)) found.push(resolved(path, from, false));
  return found;
}

function resolved(path: string, from: string, typeOnly: boolean): Import {
  const isPackage = !from.startsWith('.');
  const target = isPackage ? from : relative(ROOT, join(ROOT, dirname(path), from));
  return { from: target, isPackage, typeOnly };
}
