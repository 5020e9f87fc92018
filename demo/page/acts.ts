/** Owns what the page can do: each act is judged at once, then done without waiting for Payout Desk. */

import { elementsOf, type Found } from '../../fakes/slack/find-element.ts';
import { fillForm } from '../../fakes/slack/form.ts';
import { objectsOf, textOf } from '../../fakes/slack/json.ts';
import type { SlackMessage, SlackView } from '../../fakes/slack/board.ts';
import type { Ack } from '../../fakes/slack/delivery.ts';
import type { Person } from '../../fakes/slack/person.ts';
import type { Stage } from '../stage.ts';
import { asSlackSends } from '../terminal/typed.ts';
import { changeLink } from './change-link.ts';
import type { DemoClock } from './clock.ts';
import type { Act, FormValues } from './protocol.ts';
import type { Scenes } from './scenes.ts';
import type { Troubles } from './troubles.ts';
import type { World } from './world.ts';

export interface ActParts {
  stage: Stage;
  world: World;
  troubles: Troubles;
  scenes: Scenes;
  clock: DemoClock;
}

type Of<Name extends Act['act']> = Extract<Act, { act: Name }>;

/** As Slack says it where a click reached nobody. */
const NOT_ANSWERED = 'Payout Desk did not respond. Try again.';
const MOST_TIMES = 5;

/** Begins the act, or throws with one sentence to show. `reset` is not for here: it replaces everything that this holds. */
export function perform(act: Exclude<Act, { act: 'reset' }>, parts: ActParts): void {
  const { stage, world, troubles, scenes, clock } = parts;
  switch (act.act) {
    case 'say':
      return say(act, parts);
    case 'press':
      return press(act, parts);
    case 'submit':
      return submit(act, parts);
    case 'dismiss': {
      const person = personOf(act.person, stage);
      return begin(parts, person, person.dismiss(viewOf(act.view, person, parts)));
    }
    case 'shortcut': {
      const person = personOf(act.person, stage);
      const message = act.message === undefined ? undefined : messageOf(act.message, person, parts);
      return begin(parts, person, person.shortcut(act.callbackId, message ? { message } : {}));
    }
    case 'openHome': {
      const person = personOf(act.person, stage);
      return begin(parts, person, person.openHome());
    }
    case 'link':
      changeLink(stage, act.linkId, act.to);
      return world.touch();
    case 'trouble':
      troubles.set(act.trouble, act.on);
      return world.touch();
    case 'clock':
      return void clock.move(act.to);
    case 'kill':
      if (stage.desk.state !== 'running') throw new Error('Payout Desk is not running at the moment.');
      return stage.desk.kill();
    case 'scene':
      scenes.begin(act.scene);
      return world.touch();
  }
}

function say({ person: id, channel, threadTs, text }: Of<'say'>, parts: ActParts): void {
  const { stage } = parts;
  const { slack } = stage;
  const person = personOf(id, stage);
  const place = placeOf(channel, person, stage);
  const typed = text.trim();
  if (typed === '') throw new Error('Nothing was written.');
  const slash = /^\/(\S*)\s*([\s\S]*)$/.exec(typed);
  if (slash) {
    if (slash[1]?.toLowerCase() !== 'payout')
      throw new Error(`/${slash[1]} is not a command here. There is /payout.`);
    if (threadTs !== undefined) throw new Error('Slack does not take /payout in threads.');
    const sent = asSlackSends(slash[2] ?? '', slack);
    return begin(parts, person, person.command('/payout', sent, { channel: place }), { says: true });
  }
  const thread = threadTs === undefined ? {} : { thread: { ts: threadTs } };
  begin(parts, person, person.write(text, { channel: place, ...thread }), { says: true });
}

function press(act: Of<'press'>, parts: ActParts): void {
  const person = personOf(act.person, parts.stage);
  const { blockId, actionId, choice, times = 1 } = act;
  if (!Number.isInteger(times) || times < 1 || times > MOST_TIMES)
    throw new Error(`A button is pressed 1 to ${MOST_TIMES} times.`);
  const isIt = ({ block, element }: Found): boolean =>
    block.block_id === blockId && element.action_id === actionId;
  let target: SlackMessage | SlackView;
  let found: Found | undefined;
  let fields: Found[];
  let stale = false;
  if ('view' in act.on) {
    const view = viewOf(act.on.view, person, parts);
    target = view;
    fields = elementsOf(objectsOf(view.view.blocks));
    found = fields.find(isIt);
  } else {
    const message = messageOf(act.on.message, person, parts);
    if (message.deleted) throw new Error('That message was deleted.');
    target = message;
    fields = elementsOf(message.blocks);
    found = fields.find(isIt);
    // A person presses what the screen showed a moment ago.
    const before = message.edits.findLast(({ blocks }) => elementsOf(blocks).some(isIt));
    if (!found && before) {
      stale = true;
      fields = elementsOf(before.blocks);
      found = fields.find(isIt);
    }
  }
  if (!found) throw new Error('That button is no longer there: the message has changed.');
  const options = {
    blockId,
    ...(stale && { stale }),
    values: known(act.values, fields),
    ...(times > 1 && { copies: times }),
  };
  const { element } = found;
  if (element.type !== 'button' && choice === undefined) throw new Error('Nothing was chosen.');
  const done =
    choice === undefined || element.type === 'button'
      ? person.click(target, actionId, options)
      : person.choose(target, actionId, choice, options);
  begin(parts, person, done);
}

function submit(act: Of<'submit'>, parts: ActParts): void {
  const person = personOf(act.person, parts.stage);
  const view = viewOf(act.view, person, parts);
  const blocks = objectsOf(view.view.blocks);
  const values = known(act.values, elementsOf(blocks));
  try {
    fillForm(blocks, values);
  } catch (error) {
    throw new Error(error instanceof Error ? error.message : String(error), { cause: error });
  }
  begin(parts, person, person.submit(view, values), { says: true });
}

/** Without what is no field of it, or no longer. */
function known(values: FormValues, fields: readonly Found[]): FormValues {
  const names = new Set(
    fields
      .filter(({ element }) => element.type !== 'button' && element.type !== 'overflow')
      .flatMap(({ block, element }) => {
        const [blockId, actionId] = [textOf(block.block_id), textOf(element.action_id)];
        return [`${blockId}/${actionId}`, actionId, blockId];
      }),
  );
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}

interface Answered {
  ack?: Ack;
}

/** `says`: Slack tells the person itself when it was not answered. */
function begin(
  { world }: ActParts,
  person: Person,
  done: Promise<Answered | object | undefined>,
  { says = false } = {},
): void {
  done.then(
    (delivered) => {
      if (!says && delivered && 'ack' in delivered && delivered.ack && !delivered.ack.acknowledged)
        world.notice(person.id, NOT_ANSWERED);
    },
    (error: unknown) => world.notice(person.id, error instanceof Error ? error.message : String(error)),
  );
}

function personOf(id: string, { slack }: Stage): Person {
  const person = slack.personWith(id);
  if (!person) throw new Error('There is no such person.');
  return person;
}

/** A channel of the workspace, or the person's own conversation with the bot. */
function placeOf(channel: string, person: Person, { slack }: Stage): string {
  const isChannel = Object.values(slack.channels).some(({ id }) => id === channel);
  if (!isChannel && channel !== person.directMessages) throw new Error('There is no such channel.');
  return channel;
}

function messageOf(key: string, person: Person, { world }: ActParts): SlackMessage {
  const message = world.message(key);
  const isTheirs =
    message &&
    (message.ephemeralFor ?? person.id) === person.id &&
    (!message.channel.startsWith('D') || message.channel === person.directMessages);
  if (!isTheirs) throw new Error(`${person.name} does not see that message.`);
  return message;
}

function viewOf(key: string, person: Person, { world }: ActParts): SlackView {
  const view = world.view(key);
  if (!view || view.userId !== person.id) throw new Error(`${person.name} does not see that form.`);
  if (!view.isOpen) throw new Error('That form is closed.');
  return view;
}
