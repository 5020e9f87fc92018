/** Owns what people can see: messages with their earlier versions, ephemeral answers, modals, home tabs, files. */

import type { JsonObject } from './json.ts';

interface MessageVersion {
  text: string;
  blocks: JsonObject[];
}

/** Live: an edit or a deletion changes the same object. */
export interface SlackMessage extends MessageVersion {
  channel: string;
  ts: string;
  threadTs: string | undefined;
  /** The person who wrote it; undefined for the bot's own. */
  author: string | undefined;
  /** What the app shows below addresses in it, by address. */
  unfurls: Record<string, JsonObject[]>;
  /** Only this person sees it. */
  ephemeralFor: string | undefined;
  /** How it came: a method's name, `response_url` or `ack`. */
  via: string;
  /** Earlier versions, the oldest first. */
  edits: MessageVersion[];
  deleted: boolean;
  files: SlackFile[];
}

interface SlackFile {
  id: string;
  name: string;
  title: string;
  content: Buffer;
  /** What a picture shows, for those who do not see it. */
  altText: string;
}

/** Live as well: `isOpen` becomes false when the person or the app closes it. */
export interface SlackView {
  id: string;
  userId: string;
  type: 'modal' | 'home';
  isOpen: boolean;
  /** As Slack answers it, with block ids filled in. */
  view: JsonObject;
  /** What the person chose since it was opened, by block id and action id. */
  chosen: Record<string, JsonObject>;
  /** What the last submission was answered with: block id to sentence. */
  errors: Record<string, string>;
  /** The modal underneath. */
  previousId: string | undefined;
}

/** What a person is shown by Slack itself, such as "operation_timeout" after a command nobody acknowledged. */
interface Notice {
  userId: string;
  text: string;
}

export interface Board {
  messages: SlackMessage[];
  views: SlackView[];
  /** What was uploaded, by file id, whether it was shared or not. */
  uploads: Map<string, Buffer>;
  /** What was said about a file before its bytes came, by file id. */
  announced: Map<string, { length: number; altText: string }>;
  notices: Notice[];
  find(channel: string, ts: string): SlackMessage | undefined;
  post(message: NewMessage): SlackMessage;
  edit(message: SlackMessage, version: MessageVersion): void;
  remove(message: SlackMessage): void;
  /** A new view, or a newer version of one that is there. */
  show(view: SlackView): void;
  topModal(userId: string): SlackView | undefined;
  mintTs(): string;
  /** Something else changed: waiting callers look again. */
  touch(): void;
}

type NewMessage = Pick<SlackMessage, 'channel' | 'ts' | 'via'> &
  MessageVersion &
  Partial<Pick<SlackMessage, 'threadTs' | 'author' | 'ephemeralFor' | 'files'>>;

export function createBoard(announce: () => void, mintTs: () => string): Board {
  const messages: SlackMessage[] = [];
  const views: SlackView[] = [];
  return {
    messages,
    views,
    uploads: new Map(),
    announced: new Map(),
    notices: [],
    find: (channel, ts) => messages.find((one) => one.channel === channel && one.ts === ts),
    post(fresh) {
      const message: SlackMessage = {
        threadTs: undefined,
        author: undefined,
        unfurls: {},
        ephemeralFor: undefined,
        files: [],
        edits: [],
        deleted: false,
        ...fresh,
      };
      messages.push(message);
      announce();
      return message;
    },
    edit(message, { text, blocks }) {
      message.edits.push({ text: message.text, blocks: message.blocks });
      message.text = text;
      message.blocks = blocks;
      announce();
    },
    remove(message) {
      message.deleted = true;
      announce();
    },
    show(fresh) {
      const shown = views.find(({ id }) => id === fresh.id);
      if (shown) Object.assign(shown, { view: fresh.view, errors: {} });
      else views.push(fresh);
      announce();
    },
    topModal: (userId) =>
      views.findLast((one) => one.type === 'modal' && one.isOpen && one.userId === userId),
    touch: announce,
    mintTs,
  };
}
