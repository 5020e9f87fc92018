/** Owns the help, one command’s usage, and the answer to a command that was not understood. */

import type { KnownBlock } from '@slack/web-api';
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
  plain,
  section,
  select,
} from '../block-kit/blocks.ts';
import type { NotUnderstood } from '../parse/command.ts';
import { code, constant, joinMd, md, fallback, fallbackText } from '../block-kit/text.ts';
import {
  COMMAND_NAMES,
  COMMAND_WORDS,
  type CommandName,
  LINK_FORMS,
  STATUS_MEANINGS,
} from '../parse/vocabulary.ts';
import { badge } from './parts.ts';

const LISTED = COMMAND_NAMES.filter((name) => name !== 'help');

/** The whole help, or one command’s usage. */
export function help(about?: CommandName, { inHome = false } = {}): Message {
  if (about) return commandHelp(about);
  return message(
    fallback`Payout Desk commands: ${constant(LISTED.join(', '))}. Enter /payout help and a command for examples.`,
    [
      header(md`Payout Desk`),
      section(
        md`Track, remind and cancel InstantPay payout links in Slack. Cancellation is maker-checker: one person requests, another approves.`,
      ),
      ...commonButtons(),
      divider(),
      ...LISTED.map((name) =>
        section(md`${code(COMMAND_WORDS[name].usage)}\n${constant(COMMAND_WORDS[name].summary)}`),
      ),
      divider(),
      context(constant(LINK_FORMS)),
      inHome
        ? context(md`Answers to these buttons appear under *Messages*.`)
        : context(md`Answers are only visible to you. *Share here* on a card shows it to the channel.`),
    ],
  );
}

function commonButtons(): KnownBlock[] {
  const options = LISTED.map((name) => option(`/payout ${name}`, name));
  return actions([
    button({ label: 'List links', action: ACTION_IDS.helpList }),
    button({ label: 'Pending approvals', action: ACTION_IDS.helpApprovals }),
    button({ label: 'Digest now', action: ACTION_IDS.helpDigest }),
    select(ACTION_IDS.helpCommand, 'Examples for …', options),
  ]);
}

function commandHelp(name: CommandName): Message {
  return message(fallback`${constant(COMMAND_WORDS[name].usage)}: ${constant(COMMAND_WORDS[name].summary)}`, [
    header(constant(`/payout ${name}`)),
    section(constant(COMMAND_WORDS[name].summary)),
    ...usageBlocks(name),
    ...(name === 'list' ? statuses() : []),
    ...commonButtons(),
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

/** What was not understood, a suggestion, and the usage. */
export function notUnderstood({ problem, about, didYouMean }: NotUnderstood): Message {
  const nearest = didYouMean ? fallback` Did you mean ${fallbackText(didYouMean)}?` : fallback``;
  return message(fallback`${fallbackText(problem, 300)}${nearest}`, [
    section(plain(problem)),
    ...(didYouMean ? [section(plain(`Did you mean: ${didYouMean}`))] : []),
    ...(about
      ? usageBlocks(about, { examples: didYouMean === undefined })
      : [context(md`${code('/payout help')} shows every command.`)]),
  ]);
}
