/** Owns how what Slack shows looks in a terminal: a heading that says who sees it where, then the text behind a bar. */

import type { SlackMessage, SlackView } from '../../fakes/slack/board.ts';
import type { LocalSlack } from '../../fakes/slack/slack.ts';
import type { Paint } from './paint.ts';
import type { Shown } from './watch.ts';

export interface Page {
  place(message: SlackMessage): string;
  /** With numbers on its buttons when the first number is told. */
  message(shown: Shown, firstNumber?: number): string;
  form(view: SlackView): string;
  /** One line of it, clipped. */
  glimpse(message: SlackMessage): string;
}

const GLIMPSE = 110;

export function createPage(slack: LocalSlack, paint: Paint): Page {
  const channelName = (id: string): string =>
    `#${Object.values(slack.channels).find((channel) => channel.id === id)?.name ?? id}`;
  const personName = (id: string | undefined): string => slack.personWith(id ?? '')?.name ?? String(id);

  const place = (message: SlackMessage): string => {
    const direct = Object.values(slack.people).find((one) => one.directMessages === message.channel);
    const where = direct
      ? `direct message ${message.author ? 'of' : 'to'} ${direct.name}`
      : channelName(message.channel);
    const thread = message.threadTs ? ', in a thread' : '';
    const alone = message.ephemeralFor ? `, only ${personName(message.ephemeralFor)} sees this` : '';
    const author = message.author ? `, from ${personName(message.author)}` : '';
    return where + thread + author + alone;
  };
  const barred = (text: string): string =>
    text
      .split('\n')
      .map((line) => `    ${paint.dim('|')} ${line}`.trimEnd())
      .join('\n');

  return {
    place,
    message({ message, what }, firstNumber) {
      const heading = `    ${paint.dim(`${place(message)}${what === 'new' ? '' : ` (${what})`}`)}`;
      if (what === 'deleted') return heading;
      const numbers = firstNumber === undefined ? {} : { numbered: true, firstNumber };
      return `${heading}\n${barred(slack.toText(message, { columns: true, ...numbers }))}`;
    },
    form: (view) =>
      `    ${paint.dim(`a form, open for ${personName(view.userId)}`)}\n${barred(slack.toText(view, { columns: true }))}`,
    glimpse(message) {
      const line = slack.toText({ ...message, blocks: [] }).replaceAll(/\s+/g, ' ');
      return line.length > GLIMPSE ? `${line.slice(0, GLIMPSE - 1)}…` : line;
    },
  };
}
