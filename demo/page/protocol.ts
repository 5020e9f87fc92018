/**
 * Owns what the page and its server say to each other. The server sends updates over `GET /events` (server-sent events,
 * each `data:` an Update as JSON, the first with everything); the page acts by `POST /act` with an Act as JSON, answered
 * with `{}` or, when it cannot be done, status 400 and `{ error }`, one sentence to show.
 *
 * Types alone: the browser reads this file too.
 */

/** Keys as in the local workspace. */
export type PersonId = string;

export interface PagePerson {
  id: PersonId;
  name: string;
  /** "operator", "approver", ... as in the demo's cast. */
  role: string;
  /** What they may do, in a few words. */
  may: string;
  /** The channel of the bot's direct messages to them. */
  directMessages: string;
}

export interface PageChannel {
  id: string;
  name: string;
}

/** A file in a message; its bytes at `GET /files/<id>`. */
export interface PageFile {
  id: string;
  name: string;
  title: string;
  altText: string;
  kind: 'csv' | 'picture' | 'other';
}

export interface PageMessage {
  /** Unique and lasting: `<channel>:<ts>`, with the person for a message that one person sees. */
  key: string;
  channel: string;
  ts: string;
  threadTs?: string;
  /** A person who wrote it; the bot when left out. */
  author?: PersonId;
  /** Visible to this person alone. */
  onlyFor?: PersonId;
  edited: boolean;
  deleted: boolean;
  /** Milliseconds of the demo's clock. */
  at: number;
  /** Drawn from the message's blocks, or from its text when it has none. */
  html: string;
  /** The text of the notification. */
  text: string;
  /** Who gets it as a push notification on the phone: mentioned, or in a direct message. */
  notifies: PersonId[];
  files: PageFile[];
}

export interface PageView {
  key: string;
  person: PersonId;
  type: 'modal' | 'home';
  open: boolean;
  title: string;
  /** Undefined: the form cannot be submitted. */
  submit?: string;
  close: string;
  html: string;
  /** What the last submission was refused for: block id to sentence; drawn in the html as well. */
  errors: Record<string, string>;
}

/** What Slack itself says to a person, such as that a command failed. */
export interface PageNotice {
  key: string;
  person: PersonId;
  text: string;
}

export interface PageLink {
  id: string;
  status: string;
  recipient: string;
  /** As "₹1,23,456.78". */
  amount: string;
  purpose: string;
  expiresAt: number;
}

export interface PageCall {
  number: number;
  at: number;
  operation: 'track' | 'list' | 'notify' | 'cancel' | 'transaction';
  linkId?: string;
  executed: boolean;
}

/** The switches of InstantPay's side, each on or off. */
export const TROUBLES = [
  'slow',
  'hangsAfterExecuting',
  'html500',
  'tooMany',
  'shortPages',
  'pageThreeFails',
] as const;
export type Trouble = (typeof TROUBLES)[number];

export interface PageInstantPay {
  links: PageLink[];
  /** The latest 100. */
  calls: PageCall[];
  /** All cancel calls that came since the start, or since `reset`. */
  cancelCalls: number;
  troubles: Trouble[];
}

export const SCENES = ['look', 'cancel', 'unknown', 'kill', 'digest', 'audit'] as const;
export type SceneId = (typeof SCENES)[number];

/** Where a step is done, so that the page can go there and point at it. What is left out is left as it is. */
export interface PageWhere {
  part: 'composer' | 'slack' | 'phone' | 'instantpay' | 'clock' | 'kill';
  /** Who does it: the page becomes this person, or picks up this person's phone. */
  person?: PersonId;
  /** A channel to open; 'home' is App Home, 'direct' the bot's direct messages. */
  channel?: string;
  /** The control: an action ID of a block, a Trouble, a step of the clock, or the status of a link. */
  control?: string;
  /** What the page types in the composer; the person sends it. */
  text?: string;
}

export interface PageStep {
  /** What to do: one sentence that names the control as it is labelled. */
  say: string;
  /** It was seen to happen. */
  done: boolean;
  where?: PageWhere;
}

export interface PageScene {
  id: SceneId;
  title: string;
  steps: PageStep[];
}

/** What changed; a part that is left out did not change. Lists of keyed things hold the changed ones alone. */
export interface Update {
  people?: PagePerson[];
  channels?: PageChannel[];
  /** For completion in the composer: "/payout track <link>", and what it does. */
  commands?: { usage: string; does: string }[];
  messages?: PageMessage[];
  views?: PageView[];
  notices?: PageNotice[];
  instantpay?: PageInstantPay;
  scenes?: PageScene[];
  /** The demo's clock, in milliseconds, when this was sent. It runs at the speed of real time. */
  clock?: number;
  desk?: 'running' | 'down' | 'starting';
  /** The server was reset: everything of before is gone. */
  fresh?: true;
}

/** The values of inputs by block id and action id, as Slack's state holds them, in the short form of fakes/slack/form.ts. */
export type FormValues = Record<string, string | string[]>;

export type Act =
  /** What was typed in the composer: a command, or a message. */
  | { act: 'say'; person: PersonId; channel: string; threadTs?: string; text: string }
  /** A button, or a choice in a menu, of a message or a form. A confirm dialogue was answered with yes by then. */
  | {
      act: 'press';
      person: PersonId;
      on: { message: string } | { view: string };
      /** Of the element that is pressed. */
      blockId: string;
      actionId: string;
      /** The chosen value or values, for everything but a button. */
      choice?: string | string[];
      /** What the message's or form's other inputs hold. */
      values: FormValues;
      /** Delivered so many times at once, as an impatient person presses; default 1, at most 5. */
      times?: number;
    }
  | { act: 'submit'; person: PersonId; view: string; values: FormValues }
  | { act: 'dismiss'; person: PersonId; view: string }
  | { act: 'shortcut'; person: PersonId; callbackId: string; message?: string }
  | { act: 'openHome'; person: PersonId }
  /** A recipient does something, or InstantPay does. */
  | { act: 'link'; linkId: string; to: 'claim' | 'expire' | 'stall' | 'pay' }
  | { act: 'trouble'; trouble: Trouble; on: boolean }
  | { act: 'clock'; to: 'minute' | 'hour' | 'tomorrow' }
  | { act: 'kill' }
  /** The page goes to this scene: the server sets what it begins with, such as no trouble but its own. */
  | { act: 'scene'; scene: SceneId }
  | { act: 'reset' };
