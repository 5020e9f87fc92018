/**
 * Owns the controls in Slack's blocks as native HTML. Each carries `data-block`, `data-action` and `data-kind`; one that
 * acts as soon as it is used says when in `data-acts`.
 */

import type { ReactNode } from 'react';
import type { JsonObject } from '../../../fakes/slack/json.ts';
import { isObject, objectOf, objectsOf, textOf } from '../../../fakes/slack/json.ts';
import type { Attributes, Drawing } from './drawing.ts';
import { h, heldBy, htmlId } from './drawing.ts';
import { drawText, wordsOf } from './text.ts';

export interface Place {
  block: JsonObject;
  /** It acts when it is used: everything outside of an input block. */
  acts: boolean;
  /** Beside which words it stands, for a control without words of its own. */
  beside?: string;
  /** Of its input block: the control names its label, hint and error by these. */
  field?: Attributes;
}

export function drawElement(element: JsonObject, place: Place, drawing: Drawing, key?: number): ReactNode {
  switch (element.type) {
    case 'button':
      return drawButton(element, place, drawing, key);
    case 'overflow':
      return drawOverflow(element, place, drawing, key);
    case 'checkboxes':
    case 'radio_buttons':
      return drawBoxes(element, place, drawing, key);
    case 'static_select':
    case 'multi_static_select':
    case 'users_select':
    case 'multi_users_select':
    case 'conversations_select':
    case 'multi_conversations_select':
    case 'channels_select':
      return drawSelect(element, place, drawing, key);
    case 'plain_text_input':
    case 'number_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'datepicker':
    case 'timepicker':
      return drawInput(element, place, drawing, key);
    case 'image':
      return drawImage(element, key);
    default:
      return h('p', { key, className: 'unknown' }, `Unknown element: ${String(element.type)}`);
  }
}

/** The ID of the control, which the label of its input block points to. */
export function controlId(element: JsonObject, block: JsonObject, drawing: Drawing): string {
  return htmlId(drawing, textOf(block.block_id), textOf(element.action_id));
}

/** What every control carries. */
function dataOf(element: JsonObject, { block }: Place): Attributes {
  const { confirm } = element;
  return {
    'data-block': textOf(block.block_id),
    'data-action': textOf(element.action_id),
    'data-kind': element.type,
    'data-confirm': isObject(confirm) ? JSON.stringify(confirmOf(confirm)) : undefined,
  };
}

function confirmOf(confirm: JsonObject): Record<string, string> {
  const { title, text, confirm: yes, deny: no, style } = confirm;
  return {
    title: wordsOf(title),
    text: wordsOf(text),
    confirm: wordsOf(yes),
    deny: wordsOf(no),
    style: textOf(style) || 'primary',
  };
}

/** The name under which the page sends what an input holds. */
const nameOf = (element: JsonObject, { block }: Place): string =>
  `${textOf(block.block_id)}/${textOf(element.action_id)}`;

function drawButton(element: JsonObject, place: Place, drawing: Drawing, key?: number): ReactNode {
  const label = textOf(element.accessibility_label);
  const style = textOf(element.style);
  return h(
    'button',
    {
      key,
      type: 'button',
      className: style === '' ? 'button' : `button ${style}`,
      ...dataOf(element, place),
      'aria-label': label === '' ? undefined : label,
      'data-url': typeof element.url === 'string' ? element.url : undefined,
    },
    drawText(element.text, drawing.names),
  );
}

/** A disclosure with buttons: it needs no script to open, and Tab reaches each choice. */
function drawOverflow(element: JsonObject, place: Place, drawing: Drawing, key?: number): ReactNode {
  const beside = place.beside ? `: ${place.beside}` : '';
  return h(
    'details',
    { key, className: 'overflow' },
    h('summary', { 'aria-label': `More actions${beside}`, title: 'More actions' }, '⋯'),
    h(
      'ul',
      null,
      objectsOf(element.options).map((option, at) =>
        h(
          'li',
          { key: at },
          h(
            'button',
            { type: 'button', ...dataOf(element, place), 'data-choice': textOf(option.value) },
            drawText(option.text, drawing.names),
          ),
        ),
      ),
    ),
  );
}

function drawBoxes(element: JsonObject, place: Place, drawing: Drawing, key?: number): ReactNode {
  const isRadio = element.type === 'radio_buttons';
  const held = isRadio
    ? [objectOf(heldBy(drawing, place.block, element, 'initial_option'))]
    : objectsOf(heldBy(drawing, place.block, element, 'initial_options'));
  const selected = new Set(held.map(({ value }) => value));
  const options = objectsOf(element.options);
  const beside = place.beside ? { 'aria-label': place.beside } : {};
  return h(
    'div',
    {
      key,
      className: 'boxes',
      ...(place.field ? {} : { role: isRadio ? 'radiogroup' : 'group', ...beside }),
    },
    options.map((option, at) =>
      h(
        'label',
        { key: at },
        h('input', {
          type: isRadio ? 'radio' : 'checkbox',
          name: nameOf(element, place),
          value: textOf(option.value),
          defaultChecked: selected.has(option.value),
          ...dataOf(element, place),
          ...(place.acts && { 'data-acts': 'change' }),
          ...(isRadio && place.field?.required === true ? { required: true } : {}),
          // One box beside a row says "Select" for each row: which one is said as well.
          ...(options.length === 1 && place.beside
            ? { 'aria-label': `${wordsOf(option.text)}: ${place.beside}` }
            : {}),
        }),
        h(
          'span',
          null,
          drawText(option.text, drawing.names),
          isObject(option.description)
            ? h('small', null, '\n', drawText(option.description, drawing.names))
            : null,
        ),
      ),
    ),
  );
}

interface Choice {
  value: string;
  words: string;
}

function drawSelect(element: JsonObject, place: Place, drawing: Drawing, key?: number): ReactNode {
  const several = textOf(element.type).startsWith('multi_');
  const held = heldBy(drawing, place.block, element, initialKey(textOf(element.type)));
  const values = (several ? [held].flat() : [held]).map((one) =>
    isObject(one) ? textOf(one.value) : textOf(one),
  );
  const placeholder = wordsOf(element.placeholder) || 'Choose';
  const groups = objectsOf(element.option_groups);
  const option = ({ value, words }: Choice): ReactNode => h('option', { key: value, value }, words);
  return h(
    'select',
    {
      key,
      name: nameOf(element, place),
      multiple: several,
      defaultValue: several ? values : (values[0] ?? ''),
      ...dataOf(element, place),
      ...(place.acts && { 'data-acts': 'change' }),
      ...(place.field ?? {
        'aria-label': place.beside ? `${placeholder}: ${place.beside}` : placeholder,
      }),
    },
    several ? null : h('option', { value: '' }, placeholder),
    groups.map((group, at) =>
      h(
        'optgroup',
        { key: at, label: wordsOf(group.label) },
        objectsOf(group.options).map(choiceOf).map(option),
      ),
    ),
    choicesOf(element, drawing).map(option),
  );
}

function initialKey(type: string): string {
  const one = type.replace('multi_', '').replace('_select', '').replace('static', 'option').replace(/s$/, '');
  return `initial_${one}${type.startsWith('multi_') ? 's' : ''}`;
}

const choiceOf = (option: JsonObject): Choice => ({
  value: textOf(option.value),
  words: wordsOf(option.text),
});

function choicesOf(element: JsonObject, { names }: Drawing): Choice[] {
  const type = textOf(element.type).replace('multi_', '');
  const people = names.people.map(({ id, name }) => ({ value: id, words: name }));
  const channels = names.channels.map(({ id, name }) => ({ value: id, words: `#${name}` }));
  if (type === 'users_select') return people;
  if (type === 'channels_select') return channels;
  if (type === 'conversations_select') return [...channels, ...people];
  return objectsOf(element.options).map(choiceOf);
}

const INPUT_TYPES: Readonly<Record<string, string>> = {
  plain_text_input: 'text',
  number_input: 'text',
  email_text_input: 'email',
  url_text_input: 'url',
  datepicker: 'date',
  timepicker: 'time',
};
const INITIAL: Readonly<Record<string, string>> = { datepicker: 'initial_date', timepicker: 'initial_time' };

function drawInput(element: JsonObject, place: Place, drawing: Drawing, key?: number): ReactNode {
  const type = textOf(element.type);
  const placeholder = wordsOf(element.placeholder);
  const held = heldBy(drawing, place.block, element, INITIAL[type] ?? 'initial_value');
  const multiline = element.multiline === true;
  const isDate = type === 'datepicker' || type === 'timepicker';
  return h(multiline ? 'textarea' : 'input', {
    key,
    ...(multiline ? { rows: 3 } : { type: INPUT_TYPES[type] }),
    ...(type === 'number_input' && { inputMode: 'decimal' }),
    name: nameOf(element, place),
    defaultValue: textOf(held),
    placeholder: placeholder === '' ? undefined : placeholder,
    maxLength: typeof element.max_length === 'number' ? element.max_length : undefined,
    minLength: typeof element.min_length === 'number' ? element.min_length : undefined,
    autoComplete: 'off',
    ...dataOf(element, place),
    ...(place.acts && { 'data-acts': isDate ? 'change' : actsOn(element) }),
    ...(element.focus_on_load === true && { 'data-focus': 'true' }),
    ...(place.field ?? { 'aria-label': placeholder || (place.beside ?? 'Text') }),
  });
}

/** When a text input acts: at Enter, unless its block asks for each character. */
function actsOn(element: JsonObject): 'enter' | 'type' {
  const on = objectOf(element.dispatch_action_config).trigger_actions_on;
  return Array.isArray(on) && on.includes('on_character_entered') ? 'type' : 'enter';
}

/** A picture of this page; one from another host is named, not loaded. */
export function drawImage(element: JsonObject, key?: number): ReactNode {
  const url = textOf(element.image_url);
  const words = textOf(element.alt_text);
  if (/^(data:image\/|\/files\/)/.test(url)) return h('img', { key, src: url, alt: words });
  return h('span', { key, className: 'picture', role: 'img', 'aria-label': words }, `Picture: ${words}`);
}
