/** Owns the help: what can be done here, one command's usage, and what was not understood. */

import type { KnownBlock } from '@slack/web-api';
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
import { code, constant, joinMd, md, fallback, spokenText } from '../block-kit/text.ts';
import { COMMAND_NAMES, COMMAND_WORDS, type CommandName, LINK_FORMS } from '../parse/vocabulary.ts';

/** What can be done here, or how one command is used. */
export function help(about?: CommandName, { inHome = false } = {}): Message {
  if (about) return commandHelp(about);
  return message(
    fallback`Payout Desk: track, list, remind and cancel InstantPay payout links. Type /payout help and a command for examples.`,
    [
      header(md`Payout Desk`),
      section(
        md`Look after InstantPay payout links without leaving Slack. A cancel always takes a second person.`,
      ),
      ...commonButtons(),
      divider(),
      ...COMMAND_NAMES.filter((name) => name !== 'help').map((name) =>
        section(md`${code(COMMAND_WORDS[name].usage)}\n${constant(COMMAND_WORDS[name].summary)}`),
      ),
      divider(),
      context(constant(LINK_FORMS)),
      inHome
        ? context(md`The answers to these buttons appear under *Messages*.`)
        : context(md`Answers are only visible to you; *Share here* on a card shows it to the channel.`),
    ],
  );
}

function commonButtons(): KnownBlock[] {
  const options = COMMAND_NAMES.filter((name) => name !== 'help').map((name) =>
    option(`/payout ${name}`, name),
  );
  return actions([
    button({ label: 'List links', action: ACTION_IDS.helpList }),
    button({ label: 'Waiting approvals', action: ACTION_IDS.helpApprovals }),
    button({ label: 'Digest now', action: ACTION_IDS.helpDigest }),
    select(ACTION_IDS.helpCommand, 'Examples for …', options),
  ]);
}

function commandHelp(name: CommandName): Message {
  return message(fallback`${constant(COMMAND_WORDS[name].usage)}: ${constant(COMMAND_WORDS[name].summary)}`, [
    header(constant(`/payout ${name}`)),
    section(constant(COMMAND_WORDS[name].summary)),
    ...usageBlocks(name),
    ...commonButtons(),
  ]);
}

/** A command's usage and examples. */
export function usageBlocks(name: CommandName, options = { examples: true }): KnownBlock[] {
  const { usage, examples } = COMMAND_WORDS[name];
  const blocks: KnownBlock[] = [section(md`*Usage*\n${code(usage)}`)];
  // Beside a suggestion made of the person's own words, examples with other links only distract.
  if (!options.examples) return blocks;
  blocks.push(section(md`*For example*\n${joinMd(examples.map(code), '\n')}`));
  if (usage.includes('<link>')) blocks.push(context(constant(LINK_FORMS)));
  return blocks;
}

/** What was not understood, the nearest thing that would be, and its usage. */
export function notUnderstood({ problem, about, didYouMean }: NotUnderstood): Message {
  const nearest = didYouMean ? fallback` Did you mean ${spokenText(didYouMean)}?` : fallback``;
  return message(fallback`${spokenText(problem, 300)}${nearest}`, [
    section(plain(problem)),
    ...(didYouMean ? [section(plain(`Did you mean:  ${didYouMean}`))] : []),
    ...(about
      ? usageBlocks(about, { examples: didYouMean === undefined })
      : [context(md`${code('/payout help')} shows everything that can be done here.`)]),
  ]);
}
