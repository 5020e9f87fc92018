/** Owns Slack's blocks as HTML. A block that is not known is named, never dropped. */

import type { ReactNode } from 'react';
import type { JsonObject } from '../../../fakes/slack/json.ts';
import { isObject, objectOf, objectsOf, textOf } from '../../../fakes/slack/json.ts';
import type { Drawing } from './drawing.ts';
import { h, htmlId } from './drawing.ts';
import { controlId, drawElement, drawImage } from './elements.ts';
import { drawRichText, drawTable } from './rich-text.ts';
import { drawText, wordsOf } from './text.ts';

/** How much of a row's words names its menu. */
const NAME_LENGTH = 60;

export function drawBlocks(blocks: readonly JsonObject[], drawing: Drawing): ReactNode {
  return blocks.map((block, at) => {
    const above = blocks[at - 1];
    return drawBlock(block, drawing, at, above ? rowName(above) : undefined);
  });
}

/** `above`: the words of the block above, which a row of controls belongs to. */
function drawBlock(block: JsonObject, drawing: Drawing, key: number, above?: string): ReactNode {
  switch (block.type) {
    case 'header':
      return h('h4', { key, className: 'header' }, drawText(block.text, drawing.names));
    case 'section':
      return drawSection(block, drawing, key);
    case 'context':
      return h(
        'div',
        { key, className: 'context' },
        objectsOf(block.elements).map((element, at) =>
          element.type === 'image'
            ? drawImage(element, at)
            : h('span', { key: at }, drawText(element, drawing.names)),
        ),
      );
    case 'actions':
      return h(
        'div',
        { key, className: 'actions' },
        objectsOf(block.elements).map((element, at) =>
          drawElement(element, { block, acts: true, ...(above && { beside: above }) }, drawing, at),
        ),
      );
    case 'divider':
      return h('hr', { key });
    case 'input':
      return drawField(block, drawing, key);
    case 'image':
      return h('figure', { key }, drawImage(block), captionOf(block, drawing));
    case 'rich_text':
      return drawRichText(block, drawing, key);
    case 'table':
      return h('div', { key }, drawTable(block, drawing));
    case 'markdown':
      return h('div', { key, className: 'as-such' }, textOf(block.text));
    case 'video':
      return h('div', { key, className: 'as-such' }, `Video: ${wordsOf(block.title)}`);
    default:
      return h('p', { key, className: 'unknown' }, `Unknown block: ${String(block.type)}`);
  }
}

function captionOf(block: JsonObject, drawing: Drawing): ReactNode {
  return isObject(block.title) ? h('figcaption', null, drawText(block.title, drawing.names)) : null;
}

function drawSection(block: JsonObject, drawing: Drawing, key: number): ReactNode {
  const fields = objectsOf(block.fields);
  const beside = rowName(block);
  return h(
    'div',
    { key, className: isObject(block.accessory) ? 'section with-accessory' : 'section' },
    h(
      'div',
      { className: 'words' },
      isObject(block.text) ? h('p', null, drawText(block.text, drawing.names)) : null,
      fields.length > 0
        ? h(
            'div',
            { className: arePairs(fields) ? 'fields pairs' : 'fields' },
            fields.map((field, at) => h('p', { key: at }, drawText(field, drawing.names))),
          )
        : null,
    ),
    isObject(block.accessory)
      ? h(
          'div',
          { className: 'accessory' },
          drawElement(block.accessory, { block, acts: true, ...(beside && { beside }) }, drawing),
        )
      : null,
  );
}

/** Labels and values: a label is one line in bold, and needs less room. */
function arePairs(fields: readonly JsonObject[]): boolean {
  return fields.every(
    ({ type, text }, at) => at % 2 === 1 || (type === 'mrkdwn' && /^\*[^*\n]+\*$/.test(textOf(text))),
  );
}

function rowName(block: JsonObject): string {
  const first = isObject(block.text) ? block.text : objectsOf(block.fields)[0];
  const words = wordsOf(first).replace(/\s+/g, ' ').trim();
  return words.length > NAME_LENGTH ? `${words.slice(0, NAME_LENGTH)}…` : words;
}

/** A label, its control, a hint and what was wrong with it. */
function drawField(block: JsonObject, drawing: Drawing, key: number): ReactNode {
  const element = objectOf(block.element);
  const blockId = textOf(block.block_id);
  const error = drawing.errors[blockId];
  const id = controlId(element, block, drawing);
  const hintId = htmlId(drawing, blockId, 'hint');
  const errorId = htmlId(drawing, blockId, 'error');
  const hasHint = isObject(block.hint);
  const isRadio = element.type === 'radio_buttons';
  const isGroup = isRadio || element.type === 'checkboxes';
  const describedBy = [hasHint && hintId, errorId].filter(Boolean).join(' ');
  const described = { 'aria-describedby': describedBy };
  const invalid = error === undefined ? {} : { 'aria-invalid': true };
  const required = block.optional === true ? {} : { required: true };
  const field = { ...(isGroup ? {} : { id, ...described, ...invalid }), ...required };
  const label = [
    drawText(block.label, drawing.names),
    block.optional === true ? h('small', { key: 'optional' }, ' (optional)') : null,
  ];
  const hint = hasHint
    ? h('p', { className: 'hint', id: hintId }, drawText(block.hint, drawing.names))
    : null;
  const wrong = h('p', { className: 'error', id: errorId, 'data-error': blockId }, error ?? '');
  const control = drawElement(element, { block, acts: block.dispatch_action === true, field }, drawing);
  if (!isGroup)
    return h('div', { key, className: 'field' }, h('label', { htmlFor: id }, label), control, hint, wrong);
  // A group of boxes cannot be invalid in ARIA; its error describes it.
  const group = isRadio ? { role: 'radiogroup', ...invalid } : {};
  return h(
    'fieldset',
    { key, className: 'field', ...group, ...described },
    h('legend', null, label),
    hint,
    control,
    wrong,
  );
}
