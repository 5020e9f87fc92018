/** Owns docs/settings.md and .env.example: what the generator makes of the schema, and examples that the schema takes. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { SETTING_WORDS } from '../../src/cli/setting-words.ts';
import { envExampleText, settingsText } from '../../src/cli/settings-text.ts';
import { loadConfig } from '../../src/config.ts';
import { SECRETS, settingsSchema } from '../../src/config-schema.ts';
import { ROOT } from '../house/sources.ts';

const fileAt = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const entries = Object.entries(settingsSchema.shape);
const examples = Object.fromEntries(
  Object.entries(SETTING_WORDS).map(([name, { example }]) => [name, example]),
);

/** The row of a setting: default, example and meaning. */
const rowOf = (name: string) => {
  const [, ...cells] =
    new RegExp(`^\\| \`${name}\`(?: 🔒)? \\| (.*) \\| (.*) \\| (.*) \\|$`, 'm').exec(settingsText()) ?? [];
  return cells;
};

test('`npm run settings` was run after the last change', () => {
  expect(fileAt('docs/settings.md')).toBe(settingsText());
  expect(fileAt('.env.example')).toBe(envExampleText());
});

test.each(entries)('%s: one row, and an example that is taken', (name, field) => {
  expect(rowOf(name)).toHaveLength(3);
  expect(field.safeParse(examples[name]).error).toBeUndefined();
});

test('the examples start Payout Desk, with the two ways to say who decides one after the other', () => {
  const { APPROVAL_RULES: _rules, ...others } = examples;
  expect(loadConfig(others).rules.approvalsRequiredAbovePaise).toBe(50_000_00);
  const { APPROVALS_REQUIRED_ABOVE: _above, ...tiers } = examples;
  expect(loadConfig(tiers).rules.approvalRules).toMatchObject({ tiers: { length: 2 } });
});

test('a default in the table is the default of the schema', () => {
  const wrong = entries.flatMap(([name, field]) => {
    const [shown = ''] = rowOf(name);
    if (!field.safeParse(undefined).success) return shown.includes('required') ? [] : [name];
    const text = /^`([^`]+)`$/.exec(shown)?.[1];
    // The name of another setting stands for what that one holds.
    if (text === undefined || text in settingsSchema.shape) return [];
    const [given, left] = [field.safeParse(text), field.safeParse(undefined)];
    return given.success && JSON.stringify(given.data) === JSON.stringify(left.data) ? [] : [name];
  });
  expect(wrong).toEqual([]);
  expect(rowOf('APPROVAL_TTL')[0]).toBe('`24h`');
  expect(rowOf('APPROVERS')[0]).toBe('**required**');
});

test('.env.example sets nothing, and its commented values are those that hold without them, or examples', () => {
  expect(Object.values(parseEnv(envExampleText())).join('')).toBe('');
  const commented = parseEnv(envExampleText().replace(/^#(?=[A-Z][A-Z_]+=)/gm, ''));
  expect(new Set(Object.keys(commented))).toEqual(new Set(entries.map(([name]) => name)));
  for (const [name, field] of entries) {
    const value = commented[name];
    if (value) expect(field.safeParse(value).error, name).toBeUndefined();
  }
  const secretsWithValue = SECRETS.filter((name) => commented[name]);
  expect(secretsWithValue).toEqual(['INSTANTPAY_AUTH_CODE', 'DATABASE_URL']);
});

test('every secret is marked, and nothing else', () => {
  const marked = [...settingsText().matchAll(/^\| `([A-Z_]+)` 🔒/gm)].map(([, name]) => name);
  expect(new Set(marked)).toEqual(new Set(SECRETS));
  expect(marked).toHaveLength(SECRETS.length);
});
