/** Owns a person at their screen: what they type, press, fill in and see. */

import type { Board, SlackMessage, SlackView } from './board.ts';
import type { Changes, Wait } from './changes.ts';
import type { Delivered, Deliveries } from './deliveries.ts';
import type { Ack, DeliveryOptions } from './delivery.ts';
import { findElement, type Found, holdsElement } from './find-element.ts';
import type { FormValues } from './form.ts';
import { fillForm, resultOf } from './form.ts';
import type { JsonObject } from './json.ts';
import { isObject, objectOf, textOf } from './json.ts';
import type { Passes, ResponsePass } from './passes.ts';
import * as payloads from './payloads.ts';
import { takeAnswer } from './response-urls.ts';
import { takeSubmissionAck } from './submissions.ts';
import type { Upstream } from './upstream.ts';
import { write, type Writing, type Written } from './writing.ts';
import { directMessageId } from './upstream.ts';
import { PEOPLE, type ChannelProfile, type PersonProfile } from './workspace.ts';

interface SendOptions extends DeliveryOptions {
  /** Forged: another value on the button, another person, another team. */
  value?: string;
  userId?: string;
  teamId?: string;
}

interface ClickOptions extends SendOptions {
  /** Which of several with the same words, from 1. */
  nth?: number;
  /** The block it is in, where several have the same action id. */
  blockId?: string;
  /** Press what stood there before an edit, or on a deleted message: a screen that lags behind. */
  stale?: boolean;
  /** What is selected in the menus and boxes beside it; default: what they started with, or what was chosen since. */
  values?: FormValues;
}

type Clickable = SlackMessage | SlackView | { channel: string; ts: string };

export interface Person extends PersonProfile {
  /** Where the bot's direct messages to them appear. */
  directMessages: string;
  command(
    command: string,
    text?: string,
    options?: SendOptions & { channel?: string | { id: string } },
  ): Promise<Delivered>;
  /** Press a button, by action id or words. A confirm dialogue is answered with yes. */
  click(target: Clickable, what: string, options?: ClickOptions): Promise<Delivered>;
  /** Choose in a menu, an overflow or a date picker, by value or words. */
  choose(
    target: Clickable,
    what: string,
    choice: string | readonly string[],
    options?: ClickOptions,
  ): Promise<Delivered>;
  /** `lenient`: also what Slack's form itself would not let through. */
  submit(
    view: SlackView,
    values?: FormValues,
    options?: SendOptions & { lenient?: boolean },
  ): Promise<Delivered>;
  /** Close a modal without submitting; tells the app when it asked for that. */
  dismiss(view: SlackView): Promise<Delivered | undefined>;
  shortcut(callbackId: string, options?: SendOptions & { message?: SlackMessage }): Promise<Delivered>;
  /** Writes in a channel or, without one, to the bot: Slack tells the app of what concerns it. */
  write(text: string, options?: SendOptions & Writing): Promise<Written>;
  openHome(options?: SendOptions): Promise<Delivered>;
  /** Any event of the Events API, such as `{type: 'app_mention', ...}`. */
  event(event: JsonObject, options?: SendOptions): Promise<Delivered>;
  /** The open modal on top, waited for. */
  modal(wait?: Wait): Promise<SlackView>;
  home(wait?: Wait): Promise<SlackView>;
  /** All they can see, the oldest first; with a channel, only there. */
  sees(channel?: string | { id: string }): SlackMessage[];
  ephemerals(): SlackMessage[];
  /** What Slack itself told them, such as a command that failed with "operation_timeout". */
  notices(): string[];
}

export interface PersonContext {
  board: Board;
  changes: Changes;
  deliveries: Deliveries;
  passes: Passes;
  upstream: Upstream;
  botToken: string;
  channels: readonly ChannelProfile[];
  defaultChannel: string;
}

export function createPerson(profile: PersonProfile, context: PersonContext): Person {
  const { board, changes, deliveries, passes } = context;
  const directMessages = directMessageId(profile.id);

  const channelOf = (place: string | { id: string }): ChannelProfile => {
    const id = typeof place === 'string' ? place : place.id;
    return context.channels.find((one) => one.id === id) ?? { id, name: id };
  };
  const forge =
    (options: SendOptions) =>
    (payload: JsonObject): JsonObject => {
      const changed = payloads.forged(payload, options);
      return options.forge ? options.forge(changed) : changed;
    };
  const interactive = (payload: JsonObject, options: SendOptions, more: Partial<InteractiveParts>) =>
    deliveries.send({
      outbound: { type: 'interactive', payload },
      options: { ...options, forge: forge(options) },
      onAck: async () => {},
      ...more,
    });

  async function press(
    target: Clickable,
    what: string,
    choice: string | readonly string[] | undefined,
    options: ClickOptions,
  ): Promise<Delivered> {
    if ('view' in target) {
      const triggerId = passes.mintTrigger(profile.id, target.id);
      const blocks = Array.isArray(target.view.blocks) ? target.view.blocks.filter(isObject) : [];
      const found = findElement(blocks, what, options.nth, options.blockId);
      const result = resultOf(found.element, choice);
      const actions = [payloads.actionOf(found, result)];
      if (choice !== undefined) keepChoice(target, found, result);
      const state = options.values
        ? fillForm(blocks, options.values, true)
        : withChoices(fillForm(blocks, {}, true), target);
      return await interactive(
        payloads.viewClickPayload(profile, target, { actions, state, triggerId }),
        options,
        { triggerId },
      );
    }
    const message = board.find(target.channel, target.ts);
    if (!message) throw new Error(`no message ${target.ts} in ${target.channel}`);
    if (message.ephemeralFor !== undefined && message.ephemeralFor !== profile.id)
      throw new Error(
        `${profile.name} does not see that message: it is for ${nameOf(message.ephemeralFor)} alone`,
      );
    if (message.deleted && options.stale !== true) throw new Error('that message was deleted');
    const showed = message.edits.findLast(({ blocks }) => holdsElement(blocks, what, options.blockId));
    const lagging = options.stale === true ? (showed ?? message.edits.at(-1)) : undefined;
    const found = findElement((lagging ?? message).blocks, what, options.nth, options.blockId);
    const triggerId = passes.mintTrigger(profile.id);
    const start = { userId: profile.id, channel: message.channel, original: message };
    const pass = passes.mintResponseUrl('actions', start);
    const payload = payloads.messageClickPayload(profile, message, channelOf(message.channel), {
      actions: [payloads.actionOf(found, resultOf(found.element, choice))],
      state: fillForm((lagging ?? message).blocks, options.values ?? {}, true),
      triggerId,
      responseUrl: pass.url,
    });
    return await interactive(payload, options, { triggerId, pass });
  }

  async function takeCommandAck(command: string, pass: ResponsePass, ack: Ack): Promise<void> {
    const say = (text: string): void => {
      board.notices.push({ userId: profile.id, text });
      board.touch();
    };
    if (!ack.acknowledged) {
      const error = ack.status === undefined ? 'operation_timeout' : 'dispatch_failed';
      return say(`${command} failed with the error "${error}"`);
    }
    const body = typeof ack.body === 'string' ? { text: ack.body } : objectOf(ack.body);
    if (textOf(body.text) === '' && body.blocks === undefined) return;
    const refusal = await takeAnswer(context, pass, body, 'ack');
    if (refusal) say(`${command} answered with something Slack refuses: ${JSON.stringify(refusal)}`);
  }

  const event: Person['event'] = (happened, options = {}) =>
    deliveries.send({
      outbound: { type: 'events_api', payload: payloads.eventPayload(happened) },
      options: { ...options, forge: forge(options) },
      onAck: async () => {},
    });

  return {
    ...profile,
    directMessages,
    command(command, text = '', options = {}) {
      const channel = channelOf(options.channel ?? context.defaultChannel);
      const triggerId = passes.mintTrigger(profile.id);
      const start = { userId: profile.id, channel: channel.id, original: undefined };
      const pass = passes.mintResponseUrl('commands', start);
      const payload = payloads.commandPayload({
        person: profile,
        command,
        text,
        channel,
        responseUrl: pass.url,
        triggerId,
      });
      return deliveries.send({
        outbound: { type: 'slash_commands', payload },
        options: { ...options, forge: forge(options) },
        pass,
        triggerId,
        onAck: (ack) => takeCommandAck(command, pass, ack),
      });
    },
    click: (target, what, options = {}) => press(target, what, undefined, options),
    choose: (target, what, choice, options = {}) => press(target, what, choice, options),
    async submit(view, values = {}, options = {}) {
      if (!view.isOpen) throw new Error('that modal is closed');
      const blocks = Array.isArray(view.view.blocks) ? view.view.blocks.filter(isObject) : [];
      const state = fillForm(blocks, values, options.lenient);
      const triggerId = passes.mintTrigger(profile.id, view.id);
      const payload = payloads.submissionPayload(profile, view, state, triggerId);
      return await interactive(payload, options, {
        triggerId,
        onAck: (ack) => takeSubmissionAck(context, view, ack),
      });
    },
    async dismiss(view) {
      view.isOpen = false;
      board.touch();
      if (view.view.notify_on_close !== true) return undefined;
      return await interactive(payloads.closedPayload(profile, view), {}, {});
    },
    shortcut(callbackId, { message, ...options } = {}) {
      const triggerId = passes.mintTrigger(profile.id);
      if (!message)
        return interactive(payloads.shortcutPayload(profile, callbackId, triggerId, undefined), options, {
          triggerId,
        });
      const start = { userId: profile.id, channel: message.channel, original: message };
      const pass = passes.mintResponseUrl('actions', start);
      const on = { message, channel: channelOf(message.channel), responseUrl: pass.url };
      const payload = payloads.shortcutPayload(profile, callbackId, triggerId, on);
      return interactive(payload, options, { triggerId, pass });
    },
    write(text, { channel = directMessages, thread, ...options } = {}) {
      const place = { channel: channelOf(channel), threadTs: thread?.ts };
      return write(context, profile, place, text, (happened) => event(happened, options));
    },
    openHome(options = {}) {
      const ts = board.mintTs();
      const shown = {
        type: 'app_home_opened',
        user: profile.id,
        channel: directMessages,
        tab: 'home',
        event_ts: ts,
      };
      return event(shown, options);
    },
    event,
    modal: (wait = {}) =>
      changes.waitFor(() => board.topModal(profile.id), { what: `a modal for ${profile.name}`, ...wait }),
    home: (wait = {}) =>
      changes.waitFor(() => board.views.find((one) => one.type === 'home' && one.userId === profile.id), {
        what: `the home tab of ${profile.name}`,
        ...wait,
      }),
    sees(channel) {
      const id = channel === undefined ? undefined : channelOf(channel).id;
      return board.messages.filter(
        (one) =>
          !one.deleted &&
          (id === undefined || one.channel === id) &&
          (one.ephemeralFor ?? profile.id) === profile.id &&
          (!one.channel.startsWith('D') || one.channel === directMessages),
      );
    },
    ephemerals: () => board.messages.filter((one) => !one.deleted && one.ephemeralFor === profile.id),
    notices: () => board.notices.filter((one) => one.userId === profile.id).map((one) => one.text),
  };
}

function nameOf(userId: string): string {
  return Object.values(PEOPLE).find(({ id }) => id === userId)?.name ?? userId;
}

/** Slack keeps what was chosen in a view, also when the app shows it again with the same block and action IDs. */
function keepChoice(target: SlackView, { block, element }: Found, result: JsonObject): void {
  const blockId = textOf(block.block_id);
  target.chosen[blockId] = { ...target.chosen[blockId], [textOf(element.action_id)]: result };
}

function withChoices(state: JsonObject, { chosen }: SlackView): JsonObject {
  const values = Object.entries(objectOf(state.values)).map(([blockId, actions]) => [
    blockId,
    { ...objectOf(actions), ...chosen[blockId] },
  ]);
  return { values: Object.fromEntries(values) };
}

interface InteractiveParts {
  triggerId: string;
  pass: ResponsePass;
  onAck: (ack: Ack) => Promise<void>;
}
