/** Owns the manifest of the Slack app: what Slack takes, made of what the code routes, hears and calls, and nothing else. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { UNFURL_DOMAINS } from '../../fakes/slack/workspace.ts';
import { manifestText, NO_ADDRESS, slackAddress } from '../../src/cli/manifest-text.ts';
import { EVENT_SCOPES, lostWithout, METHOD_SCOPES, SCOPE_NAMES } from '../../src/slack/api/methods.ts';
import { EVENT_NAMES, SHORTCUT_IDS } from '../../src/slack/block-kit/ids.ts';
import { EVENT_ROUTES } from '../../src/slack/event-routes.ts';
import { shortcutRoute, UNKNOWN_SHORTCUT } from '../../src/slack/shortcut-routes.ts';
import { ROOT, sourcesOf } from '../house/sources.ts';

/** By Slack’s reference of manifests: a field that it does not have is refused, and so is text that is too long. */
const slackManifest = z.strictObject({
  _metadata: z.strictObject({ major_version: z.literal(1), minor_version: z.literal(1) }),
  display_information: z.strictObject({
    name: z.string().max(35),
    description: z.string().max(140),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.boolean(),
      messages_tab_enabled: z.boolean(),
      messages_tab_read_only_enabled: z.boolean(),
    }),
    bot_user: z.strictObject({ display_name: z.string().max(80), always_online: z.boolean() }),
    shortcuts: z
      .array(
        z.strictObject({
          name: z.string().max(24),
          type: z.enum(['global', 'message']),
          callback_id: z.string().max(255),
          description: z.string().max(150),
        }),
      )
      .max(10),
    unfurl_domains: z.array(z.string()).max(5),
    slash_commands: z
      .array(
        z.strictObject({
          command: z.string().max(32),
          description: z.string().max(2_000),
          usage_hint: z.string().max(1_000),
          should_escape: z.boolean(),
          url: z.url().optional(),
        }),
      )
      .max(50),
  }),
  oauth_config: z.strictObject({
    scopes: z.strictObject({ bot: z.array(z.string()), bot_optional: z.array(z.string()) }),
  }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ request_url: z.url().optional(), bot_events: z.array(z.string()) }),
    interactivity: z.strictObject({ is_enabled: z.boolean(), request_url: z.url().optional() }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.boolean(),
  }),
});

const HOST = 'https://payout-desk.example.com';
const socketMode = slackManifest.parse(parse(manifestText()));
const overHttp = slackManifest.parse(parse(manifestText(slackAddress(HOST))));

const byName = (a = '', b = ''): number => a.localeCompare(b);

test('manifest.yml is what `npm run manifest` writes', () => {
  expect(readFileSync(join(ROOT, 'manifest.yml'), 'utf8')).toBe(manifestText());
});

test('every method the code calls and every event has its scope, and no scope is for nothing', () => {
  const called = new Set(
    sourcesOf('src').flatMap(({ text }) =>
      [
        ...text.matchAll(/\b(?:web|fast|once)\.([a-z]+(?:\.[a-zA-Z0-9]+)+)\(/g),
        ...text.matchAll(/\.apiCall\('([\w.]+)'/g),
      ].map(([, name = '']) => name),
    ),
  );
  expect([...called].toSorted(byName)).toEqual(Object.keys(METHOD_SCOPES).toSorted(byName));
  const needed = new Set([
    'commands',
    ...Object.values(METHOD_SCOPES).flat(),
    ...EVENT_NAMES.flatMap((name) => EVENT_SCOPES[name]),
  ]);
  expect([...needed].toSorted(byName)).toEqual(SCOPE_NAMES.toSorted(byName));
  expect(socketMode.oauth_config.scopes.bot).toEqual(SCOPE_NAMES);
});

test('what Payout Desk works without is optional', () => {
  const optional = SCOPE_NAMES.filter((name) => lostWithout(name) !== undefined);
  expect(socketMode.oauth_config.scopes.bot_optional).toEqual(optional);
  for (const scope of ['commands', 'chat:write', 'im:write', 'files:write', 'users:read'])
    expect(optional).not.toContain(scope);
});

test('every shortcut and event has a route, and every route is in the manifest', () => {
  const { features, settings } = socketMode;
  const ids = features.shortcuts.map(({ callback_id: id }) => id);
  for (const id of ids) expect(shortcutRoute(id)).not.toBe(UNKNOWN_SHORTCUT);
  expect(ids.toSorted(byName)).toEqual(Object.values(SHORTCUT_IDS).toSorted(byName));
  // Of all messages only those in the conversation with Payout Desk.
  const heard = settings.event_subscriptions.bot_events.map((name) =>
    name.replace(/^message\.im$/, 'message'),
  );
  expect(heard.toSorted(byName)).toEqual(Object.keys(EVENT_ROUTES).toSorted(byName));
  expect(features.slash_commands.map(({ command }) => command)).toEqual(['/payout']);
  expect(features.unfurl_domains).toEqual([...UNFURL_DOMAINS]);
});

test('what Slack escapes and shows is switched on', () => {
  const { features, settings } = socketMode;
  expect(features.slash_commands[0]?.should_escape).toBe(true);
  expect(features.app_home).toEqual({
    home_tab_enabled: true,
    messages_tab_enabled: true,
    messages_tab_read_only_enabled: false,
  });
  expect(settings.interactivity).toEqual({ is_enabled: true });
  expect(settings.socket_mode_enabled).toBe(true);
  expect(manifestText()).not.toMatch(/xox|xapp|secret:/);
});

test('over HTTP it differs in the three addresses and the mode alone', () => {
  const { features, settings } = overHttp;
  const url = `${HOST}/slack/events`;
  const changed = structuredClone(socketMode);
  changed.features.slash_commands[0] = { ...changed.features.slash_commands[0]!, url };
  changed.settings.event_subscriptions.request_url = url;
  changed.settings.interactivity.request_url = url;
  changed.settings.socket_mode_enabled = false;
  expect({ features, settings }).toEqual({ features: changed.features, settings: changed.settings });
  expect(overHttp).toEqual(changed);
  // The address of the server in src/ops.
  expect(readFileSync(join(ROOT, 'src/ops/server.ts'), 'utf8')).toContain("'/slack/events'");
});

test.each([
  'http://payout-desk.example.com',
  'payout-desk.example.com',
  `${HOST}/slack`,
  `${HOST}/?a=1`,
  'https://user:secret@payout-desk.example.com',
])('%s is no address for it', (given) => {
  expect(() => slackAddress(given)).toThrow(NO_ADDRESS);
});

test('the command prints it for HTTP, and refuses what it does not understand', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(ROOT, 'src/cli/manifest.ts'), ...args], { encoding: 'utf8' });
  const printed = run('--http', HOST);
  expect([printed.status, printed.stdout]).toEqual([0, manifestText(slackAddress(HOST))]);
  const refused = run('--http', 'nowhere');
  expect([refused.status, refused.stdout]).toEqual([64, '']);
  expect(refused.stderr).toMatch(new RegExp(`^${NO_ADDRESS}\nUsage:`));
  expect(run('--https').status).toBe(64);
});
