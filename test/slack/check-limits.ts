/** Owns the test's judge of messages and views: walks every object and names each limit or rule of Slack's it breaks. */

import type { ModalView } from '@slack/web-api';
import { LIMITS } from '../../src/slack/block-kit/limits.ts';

type Json = Record<string, unknown>;

/** Every broken rule, in words; empty when Slack would take it. */
export function problemsOf(message: { text: string; blocks: unknown[] }): string[] {
  const problems: string[] = [];
  if (message.text.trim() === '') problems.push('text is empty');
  if (message.text.length > LIMITS.messageText) problems.push('text is too long');
  const cost = estimate(message.blocks);
  if (cost > LIMITS.messageBudget)
    problems.push(`the blocks cost ${cost}, more than ${LIMITS.messageBudget}`);
  return [...problems, ...checkBlocks(message.blocks, LIMITS.blocksInMessage)];
}

/** What all blocks together cost as Slack is measured to count: text, and a fixed amount for each block. */
function estimate(blocks: unknown[]): number {
  const length = (root: unknown): number => {
    if (Array.isArray(root)) return root.reduce((sum: number, item) => sum + length(item), 0);
    if (!isJson(root)) return 0;
    const { text, ...rest } = root;
    const own = typeof text === 'string' ? text.length : length(text);
    return own + Object.values(rest).reduce((sum: number, item) => sum + length(item), 0);
  };
  return length(blocks) + LIMITS.blockCost * blocks.length;
}

export function problemsOfView(view: ModalView): string[] {
  const problems = checkBlocks(view.blocks, LIMITS.blocksInView);
  const { fits, text } = judge(problems);
  text('title', view.title, LIMITS.viewTitle);
  text('submit', view.submit, LIMITS.viewSubmit);
  text('close', view.close, LIMITS.viewSubmit);
  fits('callback_id', view.callback_id, LIMITS.actionId);
  fits('private_metadata', view.private_metadata, LIMITS.privateMetadata);
  return problems;
}

/** Every text of this kind anywhere in the message or view. */
export function textsOf(root: unknown, type: 'mrkdwn' | 'plain_text'): string[] {
  if (Array.isArray(root)) return root.flatMap((item) => textsOf(item, type));
  if (!isJson(root)) return [];
  const own = root['type'] === type && typeof root['text'] === 'string' ? [root['text']] : [];
  return [...own, ...Object.values(root).flatMap((value) => textsOf(value, type))];
}

/** Every button and menu of the message, with its block's id. */
export function elementsOf(message: { blocks: unknown[] }): Json[] {
  return message.blocks.flatMap((block) => {
    if (!isJson(block)) return [];
    const held = [...list(block['elements']), block['accessory']].filter(isJson);
    return held
      .filter((element) => typeof element['action_id'] === 'string')
      .map((element) => ({ ...element, block_id: block['block_id'] }));
  });
}

/** The labels of all buttons, in order. */
export function labelsOf(message: { blocks: unknown[] }): string[] {
  return elementsOf(message)
    .filter((element) => element['type'] === 'button')
    .map((element) => (isJson(element['text']) ? String(element['text']['text']) : ''));
}

/** All that can be read in the message's blocks, as one text. */
export function readable(message: { blocks: unknown[] }): string {
  return [...textsInOrder(message.blocks)].join('\n');
}

function* textsInOrder(root: unknown): Generator<string> {
  if (Array.isArray(root)) for (const item of root) yield* textsInOrder(item);
  if (!isJson(root)) return;
  if (typeof root['text'] === 'string') yield root['text'];
  for (const value of Object.values(root)) yield* textsInOrder(value);
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function judge(problems: string[]) {
  const fits = (what: string, value: unknown, limit: number): void => {
    if (value === undefined) return;
    if (typeof value !== 'string' || value.trim() === '') problems.push(`${what} is empty`);
    else if (value.length > limit)
      problems.push(`${what} has ${value.length} characters, more than ${limit}`);
  };
  const text = (what: string, value: unknown, limit: number, plainOnly = true): void => {
    if (value === undefined) return;
    if (!isJson(value)) return void problems.push(`${what} is no text object`);
    fits(what, value['text'], limit);
    if (value['type'] === 'mrkdwn' && plainOnly) problems.push(`${what} must be plain text`);
    if (value['type'] !== 'mrkdwn' && value['type'] !== 'plain_text') problems.push(`${what} has no type`);
  };
  const amount = (what: string, values: unknown[], most: number): void => {
    if (values.length < 1 || values.length > most)
      problems.push(`${what}: ${values.length}, allowed 1 to ${most}`);
  };
  return { fits, text, amount };
}

function checkBlocks(blocks: unknown[], most: number): string[] {
  const problems: string[] = [];
  const { fits, text, amount } = judge(problems);
  amount('blocks', blocks, most);
  const blockIds = new Set<unknown>();
  for (const block of blocks.filter(isJson)) {
    if (block['block_id'] !== undefined) {
      fits('block_id', block['block_id'], LIMITS.blockId);
      if (blockIds.has(block['block_id'])) problems.push('block_id stands twice');
      blockIds.add(block['block_id']);
    }
    const elements = list(block['elements']);
    switch (block['type']) {
      case 'divider':
        break;
      case 'header':
        text('header', block['text'], LIMITS.headerText);
        break;
      case 'section':
        if (block['text'] === undefined && block['fields'] === undefined) problems.push('section is empty');
        text('section', block['text'], LIMITS.sectionText, false);
        if (block['fields'] !== undefined) amount('fields', list(block['fields']), LIMITS.sectionFields);
        for (const field of list(block['fields'])) text('field', field, LIMITS.fieldText, false);
        if (block['accessory'] !== undefined) checkElement(block['accessory'], problems);
        break;
      case 'context':
        amount('context elements', elements, LIMITS.contextElements);
        for (const element of elements) text('context', element, LIMITS.fieldText, false);
        break;
      case 'actions': {
        amount('actions', elements, LIMITS.actionsElements);
        for (const element of elements) checkElement(element, problems);
        const ids = elements.filter(isJson).map((element) => element['action_id']);
        if (new Set(ids).size !== ids.length) problems.push('action_id stands twice in a block');
        break;
      }
      case 'input':
        text('label', block['label'], LIMITS.inputLabel);
        text('hint', block['hint'], LIMITS.inputLabel);
        checkElement(block['element'], problems);
        break;
      default:
        problems.push(`unknown block ${String(block['type'])}`);
    }
  }
  return problems;
}

function checkElement(element: unknown, problems: string[]): void {
  const { fits, text, amount } = judge(problems);
  if (!isJson(element)) return void problems.push('an element is no object');
  if (element['action_id'] === undefined) problems.push('action_id is missing');
  fits('action_id', element['action_id'], LIMITS.actionId);
  text('placeholder', element['placeholder'], LIMITS.placeholder);
  switch (element['type']) {
    case 'button':
      text('button', element['text'], LIMITS.buttonText);
      fits('value', element['value'], LIMITS.buttonValue);
      fits('accessibility_label', element['accessibility_label'], LIMITS.accessibilityLabel);
      if (isJson(element['confirm'])) {
        text('confirm title', element['confirm']['title'], LIMITS.confirmTitle);
        text('confirm text', element['confirm']['text'], LIMITS.confirmText, false);
        text('confirm yes', element['confirm']['confirm'], LIMITS.confirmButton);
        text('confirm no', element['confirm']['deny'], LIMITS.confirmButton);
      }
      break;
    case 'static_select': {
      const options = list(element['options']);
      amount('options', options, LIMITS.selectOptions);
      for (const option of options.filter(isJson)) {
        text('option', option['text'], LIMITS.optionText);
        fits('option value', option['value'], LIMITS.optionValue);
      }
      const initial = element['initial_option'];
      if (
        initial !== undefined &&
        !options.some((option) => JSON.stringify(option) === JSON.stringify(initial))
      ) {
        problems.push('initial_option is none of the options');
      }
      break;
    }
    case 'plain_text_input':
      if (Number(element['max_length']) > LIMITS.plainTextInput) problems.push('max_length is too large');
      break;
    default:
      problems.push(`unknown element ${String(element['type'])}`);
  }
}
