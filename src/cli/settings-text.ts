/** Owns docs/settings.md and .env.example: names, defaults and forms as the schema has them, meanings as setting-words.ts does. */

import { SECRETS, settingsSchema, type SettingName } from '../config-schema.ts';
import { SETTING_GROUPS, SETTING_WORDS } from './setting-words.ts';

const NAMES = Object.keys(SETTING_WORDS).filter((name): name is SettingName => name in settingsSchema.shape);

/** A line of .env.example is at most this long. */
const WIDTH = 110;

const isSecret = (name: SettingName): boolean => SECRETS.some((secret) => secret === name);

const isRequired = (name: SettingName): boolean => !settingsSchema.shape[name].safeParse(undefined).success;

/** As it would be typed; undefined when the schema has none. */
function defaultOf(name: SettingName): string | undefined {
  const { def } = settingsSchema.shape[name];
  return 'defaultValue' in def ? def.defaultValue : undefined;
}

/** What the start says when the value is wrong, without its example: that has a column of its own. */
function formOf(name: SettingName): string {
  const wrong = settingsSchema.shape[name].safeParse('\u0000');
  const expected = wrong.error?.issues[0]?.message ?? '';
  return SETTING_WORDS[name].form ?? expected.replace(/,? such as .+?(?=; |, or |$)/, '');
}

/** In a cell of a table: a bar would end it. */
const cell = (text: string): string => text.replaceAll('|', '\\|');
const code = (text: string): string => `\`${text}\``;

function defaultCell(name: SettingName): string {
  const { otherwise } = SETTING_WORDS[name];
  if (otherwise !== undefined) return otherwise;
  if (isRequired(name)) return '**required**';
  const text = defaultOf(name);
  return text === undefined ? '' : code(text);
}

function row(name: SettingName): string {
  const { does, example } = SETTING_WORDS[name];
  const form = formOf(name);
  const meaning = [does, ...(form ? [`*Form: ${form}.*`] : [])].join(' ');
  const shown = isSecret(name) ? `${code(name)} 🔒` : code(name);
  return `| ${[shown, defaultCell(name), code(example), meaning].map(cell).join(' | ')} |`;
}

const namesOf = (group: string): SettingName[] => NAMES.filter((name) => SETTING_WORDS[name].group === group);

/** Returns the text of docs/settings.md. */
export function settingsText(): string {
  const sections = SETTING_GROUPS.map(
    ([group, title]) =>
      `## ${title}\n\n| name | default | example | what it is |\n|---|---|---|---|\n${namesOf(group).map(row).join('\n')}\n`,
  );
  return `# Settings

Made by \`npm run settings\` from the schema that the start checks them with.

Settings come from the environment; \`npm start\` also reads \`.env\`, which \`cp .env.example .env\` begins. Required are
${NAMES.filter(isRequired).map(code).join(', ')}, and one of \`SLACK_APP_TOKEN\` and \`SLACK_SIGNING_SECRET\`; the rest may be left out.

- 🔒 A secret: it can be given as a file instead, by the name with \`_FILE\`: \`SLACK_BOT_TOKEN_FILE=/run/secrets/slack_bot_token\`.
- With wrong or missing settings Payout Desk exits with code 78 and lists every one, without its value; it warns of misspelt names.
- \`npm run doctor\` also checks them against Slack, InstantPay and the store, and changes nothing.
- A duration is a number and \`ms\`, \`s\`, \`m\`, \`h\` or \`d\`. An empty value is the same as none.

${sections.join('\n')}
Guests, bots, deactivated accounts and people of other workspaces are always refused.
`;
}

/** Breaks a text into lines of comments. */
function comment(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length + 3 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => `# ${line}`).join('\n');
}

/** Markdown as it is read without being rendered. */
const plain = (markdown: string): string =>
  markdown
    .replace(/\[([^\]]+)\]\([^)]+\)/g, 'docs/$1')
    .replaceAll('`', '')
    .replace(/\*(\S[^*]*)\*/g, '$1');

/** Not commented out: what everybody fills in, with Socket Mode as the manifest has it. */
const isFilledIn = (name: SettingName): boolean => isRequired(name) || name === 'SLACK_APP_TOKEN';

function exampleLines(name: SettingName): string {
  const { does, example } = SETTING_WORDS[name];
  const form = formOf(name);
  const said = plain([does, ...(form ? [`Form: ${form}.`] : [])].join(' '));
  if (isFilledIn(name)) return `${comment(said)}\n${name}=\n`;
  // A secret is typed, never taken from an example.
  const value = isSecret(name) ? (defaultOf(name) ?? '') : (defaultOf(name) ?? example);
  return `${comment(said)}\n#${name}=${value}\n`;
}

/** Returns the text of .env.example. */
export function envExampleText(): string {
  const sections = SETTING_GROUPS.map(
    ([group, title]) => `# ---- ${title} ----\n\n${namesOf(group).map(exampleLines).join('\n')}`,
  );
  return `# Copy to .env and fill in what has no # in front; \`npm start\` reads it. \`npm run doctor\` checks it and says what to fix.
# Every secret may also be given as a file: SLACK_BOT_TOKEN_FILE=/run/secrets/slack_bot_token
# Made by \`npm run settings\`; docs/settings.md says the same with an example for each.

${sections.join('\n')}`;
}
