/** Owns the help, one command’s usage, and the answer to a command that was not understood. */

import type { Button, KnownBlock } from '@slack/web-api';
import { KNOWN_STATUSES } from '../../payouts/links/link.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
import {
  actions,
  button,
  context,
  divider,
  header,
  type Message,
  message,
  option,
  section,
  select,
} from '../block-kit/blocks.ts';
import { code, constant, joinMd, md, fallback } from '../block-kit/text.ts';
import type { OfferedTo, Permission } from '../../payouts/policy.ts';
import { LINK_FORMS, STATUS_MEANINGS, TERM_MEANINGS } from '../parse/terms.ts';
import { COMMAND_NAMES, COMMAND_WORDS, type CommandName, type HelpTopic } from '../parse/vocabulary.ts';
import { OFFER_ALL, type Offers } from './offers.ts';
import { badge } from './parts.ts';

/** What each command needs, as its route says; undefined: every full member may use it. */
export const COMMAND_NEEDS: Readonly<Record<CommandName, Permission | undefined>> = {
  track: 'look',
  list: 'look',
  expiring: 'look',
  stuck: 'look',
  notify: 'operate',
  cancel: 'operate',
  approvals: 'look',
  away: 'look',
  back: 'look',
  txn: 'look',
  watch: 'look',
  unwatch: 'look',
  watches: 'look',
  digest: 'look',
  export: 'look',
  audit: 'administer',
  whoami: undefined,
  help: undefined,
};

/** Where fewer people can do something with a command than may use it: who is away, everybody who may look may see. */
const OFFERED_TO: Partial<Record<CommandName, OfferedTo>> = { away: 'lend', back: 'lend' };

/** To whom a command is offered, as its route says; undefined: to everybody. */
export function offeredTo(name: CommandName): OfferedTo | undefined {
  return OFFERED_TO[name] ?? COMMAND_NEEDS[name];
}

/** Whether to offer this command to the person. */
export function isOffered(name: CommandName, offers: Offers): boolean {
  const to = offeredTo(name);
  return to === undefined || offers(to);
}

function offeredCommands(offers: Offers): CommandName[] {
  return COMMAND_NAMES.filter((name) => name !== 'help' && isOffered(name, offers));
}

/** The help of one person, one command’s usage, or what the words mean. `people`: who approves and who administers. */
export function help(
  about?: HelpTopic,
  offers: Offers = OFFER_ALL,
  people: readonly KnownBlock[] = [],
): Message {
  if (about === 'words') return wordsHelp(offers);
  if (about) return commandHelp(about, offers);
  const listed = offeredCommands(offers);
  return message(
    fallback`Payout Desk commands: ${constant(listed.join(', '))}. Enter /payout help and a command for examples.`,
    [
      header(md`Payout Desk`),
      section(
        md`Track, remind and cancel InstantPay payout links in Slack. Cancellation is maker-checker: one person requests, another approves.`,
      ),
      ...commonButtons(offers),
      divider(),
      ...listed.map((name) =>
        section(md`${code(COMMAND_WORDS[name].usage)}\n${constant(COMMAND_WORDS[name].summary)}`),
      ),
      divider(),
      ...people,
      context(constant(LINK_FORMS)),
      context(md`${code('/payout help words')} explains statuses and terms.`),
      context(md`Answers are only visible to you. *Share here* on a card shows it to the channel.`),
    ],
  );
}

/** What a person can begin with, each by a form or a list, as far as they may use it. */
export function entryButtons(offers: Offers): Button[] {
  const look = offers('look');
  return [
    ...(look
      ? [
          button({ label: 'Track a link', action: ACTION_IDS.formTrack }),
          button({ label: 'List links', action: ACTION_IDS.helpList }),
        ]
      : []),
    ...(offers('operate') ? [button({ label: 'Request cancellation', action: ACTION_IDS.formCancel })] : []),
    ...(look ? [button({ label: 'Check a transaction', action: ACTION_IDS.formTxn })] : []),
  ];
}

const BRIEFLY = md`To ask Payout Desk here, write a command or a link right after its name, such as`;

/** For words that only mention Payout Desk: how to ask it for something. */
export function briefHelp(offers: Offers): Message {
  const example = code('track 98200 11101');
  return message(fallback`${BRIEFLY} track 98200 11101. /payout shows every command.`, [
    section(md`${BRIEFLY} ${example}. ${code('/payout')} shows every command.`),
    ...commonButtons(offers),
  ]);
}

/** The common commands in one click, as far as this person may use them. */
export function commonButtons(offers: Offers): KnownBlock[] {
  const topics: HelpTopic[] = [...offeredCommands(offers), 'words'];
  const options = topics.map((topic) => option(`/payout ${topic === 'words' ? 'help words' : topic}`, topic));
  return actions([
    ...entryButtons(offers),
    ...(offers('look')
      ? [
          button({ label: 'Pending approvals', action: ACTION_IDS.helpApprovals }),
          button({ label: 'Digest now', action: ACTION_IDS.helpDigest }),
        ]
      : []),
    select(ACTION_IDS.helpCommand, 'Examples for …', options),
  ]);
}

export const MAY_NOT = md`You do not have permission for this command.`;

function commandHelp(name: CommandName, offers: Offers): Message {
  const permission = COMMAND_NEEDS[name];
  const mayNot = permission !== undefined && !offers(permission);
  return message(fallback`${constant(COMMAND_WORDS[name].usage)}: ${constant(COMMAND_WORDS[name].summary)}`, [
    header(constant(`/payout ${name}`)),
    section(constant(COMMAND_WORDS[name].summary)),
    ...(mayNot ? [section(md`${MAY_NOT} ${WHO_MAY}`)] : []),
    ...usageBlocks(name),
    ...(name === 'list' ? statuses() : []),
    ...commonButtons(offers),
  ]);
}

const WHO_MAY = md`${code('/payout whoami')} shows your permissions and who can change them.`;

/** What statuses and terms mean. */
function wordsHelp(offers: Offers): Message {
  const terms = TERM_MEANINGS.map(([term, meaning]) => md`*${constant(term)}* ${constant(meaning)}`);
  return message(fallback`Payout Desk: what statuses and terms mean.`, [
    header(md`Statuses and terms`),
    section(md`*Link statuses*`),
    ...statuses(),
    section(md`*${badge('UNKNOWN')}* A status Payout Desk does not recognise; no actions.`),
    divider(),
    section(md`*Terms*`),
    section(joinMd(terms, '\n')),
    ...commonButtons(offers),
  ]);
}

/** What each link status means. */
function statuses(): KnownBlock[] {
  const lines = KNOWN_STATUSES.map((status) => md`*${badge(status)}* ${constant(STATUS_MEANINGS[status])}`);
  return [section(joinMd(lines, '\n'))];
}

/** A command’s usage and examples. */
export function usageBlocks(name: CommandName, options = { examples: true }): KnownBlock[] {
  const { usage, examples } = COMMAND_WORDS[name];
  const blocks: KnownBlock[] = [section(md`*Usage*\n${code(usage)}`)];
  // Beside a suggestion with the person’s own words, examples with other links distract.
  if (!options.examples) return blocks;
  blocks.push(section(md`*For example*\n${joinMd(examples.map(code), '\n')}`));
  if (usage.includes('<link>')) blocks.push(context(constant(LINK_FORMS)));
  return blocks;
}
