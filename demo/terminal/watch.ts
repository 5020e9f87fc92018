/** Owns noticing: which messages are new, edited or gone, and which forms opened, since it was asked last. */

import type { SlackMessage, SlackView } from '../../fakes/slack/board.ts';
import type { LocalSlack } from '../../fakes/slack/slack.ts';

export interface Shown {
  message: SlackMessage;
  what: 'new' | 'edited' | 'deleted';
}

export interface Noticed {
  messages: Shown[];
  /** Open forms that are new or look different now. */
  forms: SlackView[];
  /** What Slack itself said, such as that a command failed. */
  notices: { personId: string; text: string }[];
}

export function createWatch(slack: LocalSlack): { next(): Noticed } {
  const seen = new Map<SlackMessage, string>();
  const forms = new Map<SlackView, string>();
  const notices = new Map<string, number>();
  return {
    next() {
      const noticed: Noticed = { messages: [], forms: [], notices: [] };
      for (const message of slack.allMessages) {
        const now = versionOf(message);
        const before = seen.get(message);
        if (before === now) continue;
        seen.set(message, now);
        const gone = message.deleted && before === undefined;
        if (!gone) noticed.messages.push({ message, what: changeOf(message, before) });
      }
      for (const view of slack.views) {
        const now = JSON.stringify([view.isOpen, view.view, view.errors]);
        if (forms.get(view) === now) continue;
        forms.set(view, now);
        if (view.type === 'modal' && view.isOpen) noticed.forms.push(view);
      }
      for (const person of Object.values(slack.people)) {
        const all = person.notices();
        const fresh = all.slice(notices.get(person.id) ?? 0);
        notices.set(person.id, all.length);
        noticed.notices.push(...fresh.map((text) => ({ personId: person.id, text })));
      }
      return noticed;
    },
  };
}

/** Another text for every state a message can be in. */
export function versionOf(message: SlackMessage): string {
  return `${message.edits.length}${message.deleted ? ' deleted' : ''}`;
}

function changeOf(message: SlackMessage, before: string | undefined): Shown['what'] {
  if (message.deleted) return 'deleted';
  return before === undefined ? 'new' : 'edited';
}
