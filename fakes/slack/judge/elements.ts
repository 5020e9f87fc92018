/** Owns Slack's limits on block elements: buttons, selects, inputs and their options. */

import { LIMITS } from '../../../src/slack/block-kit/limits.ts';
import type { JsonObject } from '../json.ts';
import { isObject, listOf, objectsOf } from '../json.ts';
import type { Complain } from './complaints.ts';
import { checkCount, checkLength, checkOptionalLength, checkProperties, checkText } from './complaints.ts';

/** Published limits which Payout Desk itself has no use for. */
const MORE = {
  optionDescription: 75,
  choices: 10,
  altText: 2_000,
} as const;

const IN_ACTIONS = new Set([
  'button',
  'checkboxes',
  'datepicker',
  'datetimepicker',
  'timepicker',
  'overflow',
  'radio_buttons',
  'static_select',
  'external_select',
  'users_select',
  'conversations_select',
  'channels_select',
  'multi_static_select',
  'multi_external_select',
  'multi_users_select',
  'multi_conversations_select',
  'multi_channels_select',
  'workflow_button',
  'rich_text_input',
]);
const ONLY_IN_INPUT = new Set([
  'plain_text_input',
  'email_text_input',
  'url_text_input',
  'number_input',
  'file_input',
]);
const NOT_IN_INPUT = new Set(['button', 'overflow', 'workflow_button']);

export function checkElement(
  element: unknown,
  place: 'actions' | 'accessory' | 'input',
  pointer: string,
  complain: Complain,
): void {
  if (!isObject(element)) return complain(pointer, 'must be an object');
  const type = String(element.type);
  const known =
    place === 'input'
      ? (IN_ACTIONS.has(type) && !NOT_IN_INPUT.has(type)) || ONLY_IN_INPUT.has(type)
      : IN_ACTIONS.has(type) || (place === 'accessory' && type === 'image');
  if (!known) return complain(pointer, `unsupported type: ${type}`);
  if (type === 'image') return checkImage(element, pointer, complain);
  checkOptionalLength(element.action_id, LIMITS.actionId, `${pointer}/action_id`, complain);
  if (element.placeholder !== undefined)
    checkText(element.placeholder, LIMITS.placeholder, `${pointer}/placeholder`, complain);
  if (element.confirm !== undefined) checkConfirm(element.confirm, `${pointer}/confirm`, complain);
  if (type === 'button') checkButton(element, pointer, complain);
  else if (type === 'plain_text_input') checkTextInput(element, pointer, complain);
  else checkChoices(element, type, pointer, complain);
}

export function checkImage(image: JsonObject, pointer: string, complain: Complain): void {
  checkLength(image.alt_text, MORE.altText, `${pointer}/alt_text`, complain);
  if (image.slack_file === undefined)
    checkLength(image.image_url, LIMITS.url, `${pointer}/image_url`, complain);
}

function checkButton(button: JsonObject, pointer: string, complain: Complain): void {
  checkProperties(
    button,
    ['type', 'text', 'action_id', 'url', 'value', 'style', 'confirm', 'accessibility_label'],
    pointer,
    complain,
  );
  checkText(button.text, LIMITS.buttonText, `${pointer}/text`, complain);
  checkOptionalLength(button.value, LIMITS.buttonValue, `${pointer}/value`, complain);
  checkOptionalLength(button.url, LIMITS.url, `${pointer}/url`, complain);
  checkOptionalLength(
    button.accessibility_label,
    LIMITS.accessibilityLabel,
    `${pointer}/accessibility_label`,
    complain,
  );
  if (button.style !== undefined && button.style !== 'primary' && button.style !== 'danger')
    complain(`${pointer}/style`, 'must be primary or danger');
}

function checkConfirm(confirm: unknown, pointer: string, complain: Complain): void {
  if (!isObject(confirm)) return complain(pointer, 'must be an object');
  checkText(confirm.title, LIMITS.confirmTitle, `${pointer}/title`, complain);
  checkText(confirm.text, LIMITS.confirmText, `${pointer}/text`, complain, 'any');
  checkText(confirm.confirm, LIMITS.confirmButton, `${pointer}/confirm`, complain);
  checkText(confirm.deny, LIMITS.confirmButton, `${pointer}/deny`, complain);
}

function checkTextInput(input: JsonObject, pointer: string, complain: Complain): void {
  for (const key of ['min_length', 'max_length']) {
    const value = input[key];
    if (value !== undefined && (typeof value !== 'number' || value > LIMITS.plainTextInput))
      complain(`${pointer}/${key}`, `must be a number, no more than ${LIMITS.plainTextInput}`);
  }
  const max = typeof input.max_length === 'number' ? input.max_length : LIMITS.plainTextInput;
  checkOptionalLength(input.initial_value, max, `${pointer}/initial_value`, complain);
}

function checkChoices(element: JsonObject, type: string, pointer: string, complain: Complain): void {
  const max = { overflow: LIMITS.overflowOptions, radio_buttons: MORE.choices, checkboxes: MORE.choices }[
    type
  ];
  const withOptions = max !== undefined || type === 'static_select' || type === 'multi_static_select';
  if (!withOptions) return;
  const groups = objectsOf(element.option_groups);
  const lists =
    groups.length > 0
      ? groups.map((group, at) => [group.options, `${pointer}/option_groups/${at}/options`] as const)
      : [[element.options, `${pointer}/options`] as const];
  for (const [options, where] of lists)
    checkCount(options, max ?? LIMITS.selectOptions, where, complain).forEach((option, at) =>
      checkOption(option, `${where}/${at}`, complain, type),
    );
  const all = lists.flatMap(([options]) => listOf(options)).map((option) => JSON.stringify(option));
  const initial =
    element.initial_options ?? (element.initial_option === undefined ? [] : [element.initial_option]);
  for (const option of listOf(initial))
    if (!all.includes(JSON.stringify(option))) complain(pointer, 'initial option is not one of the options');
}

function checkOption(option: unknown, pointer: string, complain: Complain, type: string): void {
  if (!isObject(option)) return complain(pointer, 'must be an object');
  const marked = type === 'radio_buttons' || type === 'checkboxes';
  checkText(option.text, LIMITS.optionText, `${pointer}/text`, complain, marked ? 'any' : 'plain');
  checkLength(option.value, LIMITS.optionValue, `${pointer}/value`, complain);
  if (option.description !== undefined)
    checkText(
      option.description,
      MORE.optionDescription,
      `${pointer}/description`,
      complain,
      marked ? 'any' : 'plain',
    );
}
