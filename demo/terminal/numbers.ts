/** Owns the numbers on buttons and menus: they keep counting, so a number never changes its meaning. */

import type { SlackMessage } from '../../fakes/slack/board.ts';
import { elementsOf, type Found, labelOf } from '../../fakes/slack/find-element.ts';
import { isObject, type JsonObject, objectOf, objectsOf, textOf } from '../../fakes/slack/json.ts';
import type { Person } from '../../fakes/slack/person.ts';

export interface Numbers {
  /** Gives numbers to everything on it that can be pressed; returns the first. */
  give(message: SlackMessage): number;
  /** The button or menu of this number. Throws with the reason when there is none. */
  find(number: number): Pressable;
}

interface Pressable {
  /** What is asked back before it is done, if it asks. */
  confirm: string | undefined;
  /** Presses it, or makes the choice in it. */
  press(person: Person, choice: string): Promise<unknown>;
}

interface Numbered {
  message: SlackMessage;
  found: Found;
}

export function createNumbers(): Numbers {
  const given: Numbered[] = [];

  return {
    give(message) {
      const first = given.length + 1;
      for (const found of pressable(message)) given.push({ message, found });
      return first;
    },
    find(number) {
      const numbered = given[number - 1];
      if (!numbered) throw new Error(`There is no button ${number} yet.`);
      const { message, found } = numbered;
      const { action_id: actionId, value, options, type, confirm } = found.element;
      const same = pressable(message).filter(({ element }) => element.action_id === actionId);
      // The menus of rows differ by their choices alone.
      const choices = JSON.stringify(options);
      const nth =
        same.findIndex(
          ({ element }) => element.value === value && JSON.stringify(element.options) === choices,
        ) + 1;
      if (message.deleted)
        throw new Error(`[${number} ${labelOf(found)}] is gone: the message was deleted. Type "look".`);
      // The message has changed since: a person presses what the screen showed a moment ago.
      const which = nth === 0 ? { stale: true, blockId: textOf(found.block.block_id) } : { nth };
      return {
        confirm: isObject(confirm) ? readConfirm(confirm) : undefined,
        press: (person, choice) =>
          type === 'button'
            ? person.click(message, textOf(actionId), which)
            : person.choose(message, textOf(actionId), optionOf(found, choice), which),
      };
    },
  };
}

function readConfirm(confirm: JsonObject): string {
  const read = (part: unknown): string => textOf(objectOf(part).text);
  const buttons = `[${read(confirm.confirm)}] [${read(confirm.deny)}]`;
  return `${read(confirm.title)}\n${read(confirm.text)}\n${buttons}`;
}

function pressable(message: SlackMessage): Found[] {
  return elementsOf(message.blocks).filter(({ element }) => element.type !== 'plain_text_input');
}

/** The value of the option that is meant: by its value, its words or a part of them. */
function optionOf({ element }: Found, choice: string): string {
  const groups = objectsOf(element.option_groups).flatMap((group) => objectsOf(group.options));
  const options = [...objectsOf(element.options), ...groups].map((option) => ({
    value: textOf(option.value),
    words: textOf(objectOf(option.text).text),
  }));
  const wanted = choice.trim().toLowerCase();
  const chosen =
    options.find(({ value, words }) => [value.toLowerCase(), words.toLowerCase()].includes(wanted)) ??
    options.find(({ words }) => wanted !== '' && words.toLowerCase().includes(wanted));
  if (chosen) return chosen.value;
  throw new Error(`Say which after the number: ${options.map(({ words }) => words).join(', ')}.`);
}
