/** Owns the manifest of the Slack app: what is routed, heard and called, as Slack reads it when the app is made. */

import { lostWithout, SCOPE_NAMES, SCOPES } from '../slack/api/methods.ts';
import { EVENT_NAMES, SHORTCUT_IDS, type ShortcutId } from '../slack/block-kit/ids.ts';

/** Where Payout Desk listens in HTTP mode. */
const SLACK_PATH = '/slack/events';

/** `message`: in a menu of a message; `global`: in the menu of shortcuts. Slack takes 24 characters for a name. */
const SHORTCUT_WORDS: Readonly<
  Record<ShortcutId, { name: string; type: 'global' | 'message'; description: string }>
> = {
  [SHORTCUT_IDS.track]: {
    name: 'Track a payout link',
    type: 'global',
    description: 'Show a link by its ID, address, recipient, order ID or reference',
  },
  [SHORTCUT_IDS.cancel]: {
    name: 'Request cancellation',
    type: 'global',
    description: 'Ask an approver to cancel a payout link',
  },
  [SHORTCUT_IDS.txn]: {
    name: 'Check a transaction',
    type: 'global',
    description: 'Show the status of a transaction by your reference and its day',
  },
  [SHORTCUT_IDS.findLinks]: {
    name: 'Find payout links here',
    type: 'message',
    description: 'Show the payout links that this message names, only to you',
  },
};

/** Shown while typing: what is typed daily. */
const USAGE_HINT = [
  'help',
  'track <link>',
  'list',
  'expiring',
  'stuck',
  'notify <link>',
  'cancel <link> [reason]',
  'txn <ref> [day]',
  'watch <link>',
].join(' | ');

/** An operator reads it. */
export const NO_ADDRESS = 'Give the address of a host, such as https://payout-desk.example.com.';

const SOCKET_MODE = `# As it is: Socket Mode, no public address needed. Then make an app-level token with the scope connections:write
# (Basic Information -> App-Level Tokens) for SLACK_APP_TOKEN, and install the app for SLACK_BOT_TOKEN.
#
# For HTTP instead, print another one: npm run -s manifest -- --http https://payout-desk.example.com`;

const OVER_HTTP = `# Over HTTP: set SLACK_SIGNING_SECRET (Basic Information) and no SLACK_APP_TOKEN, and install the app for
# SLACK_BOT_TOKEN. Slack asks the address when the app is saved, so Payout Desk has to run by then.`;

/**
 * Returns the address that Slack posts to; throws for what is no https address of a host, or has a path of its own.
 */
export function slackAddress(given: string): string {
  const url = URL.parse(given);
  const isHost = url?.protocol === 'https:' && url.pathname === '/' && url.search === '' && url.hash === '';
  if (!isHost || url.username !== '' || url.password !== '') throw new Error(NO_ADDRESS);
  return `${url.origin}${SLACK_PATH}`;
}

/** Returns the text of `manifest.yml`. `address`: where Slack posts to; undefined for Socket Mode. */
export function manifestText(address?: string): string {
  const isHttp = address !== undefined;
  const only = (line: string): string => (isHttp ? `${line}\n` : '');
  return `# The Slack app of Payout Desk. Create it at https://api.slack.com/apps -> "Create New App" -> "From a manifest".
# Made by \`npm run manifest\` from the routes, events and methods of the code.
#
${isHttp ? OVER_HTTP : SOCKET_MODE}
_metadata:
  major_version: 1
  minor_version: 1
display_information:
  name: Payout Desk
  description: Track, remind and cancel InstantPay payout links, with maker-checker approval for every cancellation.
  background_color: "#1d3557"
features:
  app_home:
    home_tab_enabled: true
    messages_tab_enabled: true
    messages_tab_read_only_enabled: false
  bot_user:
    display_name: Payout Desk
    # Payout Desk does not report to Slack whether it runs.
    always_online: false
  shortcuts:
${shortcuts()}
  # Below these addresses Payout Desk shows status, amount and expiry, where it is a member of the channel.
  unfurl_domains:
    - instant.pe
  slash_commands:
    - command: /payout
      description: Track, list, remind or cancel payout links; check a transaction
      usage_hint: ${USAGE_HINT}
      should_escape: true
${only(`      url: ${address}`)}oauth_config:
  scopes:
    bot:
${SCOPE_NAMES.map((scope) => `      # ${SCOPES[scope].why}\n      - ${scope}`).join('\n')}
    # Optional; \`npm run doctor\` says what does not work without them.
    bot_optional:
${items(SCOPE_NAMES.filter((scope) => lostWithout(scope) !== undefined))}
settings:
  event_subscriptions:
${only(`    request_url: ${address}`)}    # Of channels: where messages are no longer taken, digests pause.
    bot_events:
${items(EVENT_NAMES.map((name) => (name === 'message' ? 'message.im' : name)))}
  interactivity:
    is_enabled: true
${only(`    request_url: ${address}`)}  org_deploy_enabled: false
  socket_mode_enabled: ${!isHttp}
  token_rotation_enabled: false
`;
}

function shortcuts(): string {
  return Object.entries(SHORTCUT_WORDS)
    .map(
      ([id, { name, type, description }]) => `    - name: ${name}
      type: ${type}
      callback_id: ${id}
      description: ${description}`,
    )
    .join('\n');
}

const items = (names: readonly string[]): string => names.map((name) => `      - ${name}`).join('\n');
