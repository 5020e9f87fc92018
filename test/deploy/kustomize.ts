/** Owns what `kubectl kustomize` makes of `deploy/kubernetes/`, as far as these files use it; anything else is refused. */

import { join } from 'node:path';
import { fileAt, oneYamlAt, type Yaml } from './schemas.ts';

const UNDERSTOOD = [
  'apiVersion',
  'kind',
  'namespace',
  'labels',
  'resources',
  'components',
  'patches',
  'configMapGenerator',
];

/** Returns the objects of a folder with a kustomization, patched. `components`: added to its own. */
export function build(folder: string, components: readonly string[] = []): Yaml[] {
  const file = oneYamlAt(join(folder, 'kustomization.yaml'));
  const unknown = Object.keys(file).filter((key) => !UNDERSTOOD.includes(key));
  if (unknown.length > 0) throw new Error(`${folder}: what is ${unknown.join(', ')}?`);
  const paths = [...strings(file['resources']), ...strings(file['components']), ...components];
  let objects = paths.flatMap((path) => {
    const at = join(folder, path);
    return at.endsWith('.yaml') ? [oneYamlAt(at)] : build(at);
  });
  for (const generated of list(file['configMapGenerator'])) objects.push(configMap(folder, generated));
  for (const { path } of list(file['patches'])) {
    const patch = oneYamlAt(join(folder, String(path)));
    if (!objects.some((object) => isSame(object, patch)))
      throw new Error(`${folder}: nothing for ${String(path)}`);
    objects = objects.map((object) => (isSame(object, patch) ? merge(object, patch) : object));
  }
  return objects;
}

const list = (value: unknown): Yaml[] => (Array.isArray(value) ? value : []);
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const isMap = (value: unknown): value is Yaml =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const nameOf = (object: Yaml): unknown =>
  isMap(object['metadata']) ? object['metadata']['name'] : undefined;
const isSame = (one: Yaml, other: Yaml): boolean =>
  one['kind'] === other['kind'] && nameOf(one) === nameOf(other);

function configMap(folder: string, { name, envs }: Yaml): Yaml {
  const data = Object.fromEntries(strings(envs).flatMap((path) => envAt(join(folder, path))));
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

/** The lines of an env file, as kustomize and Docker read them: no quotes, no comments behind a value. */
export function envAt(path: string): [name: string, value: string][] {
  return fileAt(path)
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', value = ''] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
      if (name === '') throw new Error(`${path}: ${line}`);
      return [name, value];
    });
}

/** A strategic merge: maps into each other, lists of what has a key by that key, everything else replaced. */
function merge<Value>(base: Value, patch: Value): Value;
function merge(base: unknown, patch: unknown): unknown {
  if (isMap(base) && isMap(patch)) {
    const merged: Record<string, unknown> = { ...base };
    for (const [key, value] of Object.entries(patch)) merged[key] = merge(base[key], value);
    return merged;
  }
  const key = ['name', 'mountPath'].find((each) => [base, patch].every((all) => isListBy(all, each)));
  if (key === undefined) return patch;
  const changes = new Map(list(patch).map((item) => [item[key], item]));
  const changed = list(base).map((item) => merge(item, changes.get(item[key]) ?? item));
  const known = new Set(list(base).map((item) => item[key]));
  return [...changed, ...list(patch).filter((item) => !known.has(item[key]))];
}

/** A mount has a name too, of its volume; its key is where it is mounted. */
const isListBy = (value: unknown, key: string): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((item) => isMap(item) && key in item && (key === 'mountPath' || !('mountPath' in item)));
