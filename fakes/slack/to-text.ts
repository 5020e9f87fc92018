/** Owns how a message or a modal reads in a terminal, as a person would read it in Slack. */

import type { SlackMessage, SlackView } from './board.ts';
import { inColumns } from './columns.ts';
import { labelOf } from './find-element.ts';
import type { JsonObject } from './json.ts';
import { isObject, listOf, objectOf, objectsOf, textOf } from './json.ts';
import type { Names } from './mrkdwn.ts';
import { RAW_NAMES, readMrkdwn } from './mrkdwn.ts';

export interface ToTextOptions {
  names?: Names;
  /** `[1 Approve] [2 Reject]`: counted from the top, so that a reader can point at one. */
  numbered?: boolean;
  /** Where the numbers begin, for a reader of several messages; default 1. */
  firstNumber?: number;
  /** Fields side by side, as Slack sets them; without it each is one line. */
  columns?: boolean;
}

interface Page {
  names: Names;
  /** The words on a button, with its number if there is one. */
  button(words: string): string;
  columns: boolean;
}

export function toText(shown: SlackMessage | SlackView, options: ToTextOptions = {}): string {
  let count = (options.firstNumber ?? 1) - 1;
  const page: Page = {
    names: options.names ?? RAW_NAMES,
    columns: options.columns === true,
    button: (words) => (options.numbered === true ? `[${(count += 1)} ${words}]` : `[${words}]`),
  };
  if ('view' in shown) return viewText(shown, page);
  const blocks = shown.blocks.map((block) => blockText(block, page)).filter((text) => text !== '');
  const lines = blocks.length > 0 ? blocks : [readMrkdwn(shown.text, page.names)];
  const files = shown.files.map(
    ({ name, content, altText }) => `(file: ${name}, ${content.length} bytes${altText && `: ${altText}`})`,
  );
  const unfurls = Object.values(shown.unfurls).flatMap((below) =>
    below.map((block) => `| ${blockText(block, page)}`),
  );
  return [...lines, ...unfurls, ...files].filter((line) => line !== '').join('\n');
}

function viewText({ type, view, errors }: SlackView, page: Page): string {
  const blocks = objectsOf(view.blocks).flatMap((block) => {
    const error = errors[textOf(block.block_id)];
    return [blockText(block, page), ...(error === undefined ? [] : [`  ! ${error}`])];
  });
  const title = read(view.title, page);
  const close = type === 'modal' ? page.button(read(view.close, page) || 'Cancel') : '';
  const submit = isObject(view.submit) ? ` ${page.button(read(view.submit, page))}` : '';
  return [title === '' ? '' : `=== ${title} ===`, ...blocks, close + submit].filter(Boolean).join('\n');
}

function blockText(block: JsonObject, page: Page): string {
  const accessory = isObject(block.accessory) ? elementText(block, block.accessory, page) : '';
  switch (block.type) {
    case 'header': {
      const text = read(block.text, page);
      return `${text}\n${'='.repeat(text.length)}`;
    }
    case 'section': {
      const fields = objectsOf(block.fields).map((field) => read(field, page));
      const lines = page.columns
        ? inColumns(fields)
        : fields.map((one) => one.replaceAll('\n', ' ')).join('\n');
      return [isObject(block.text) ? read(block.text, page) : '', lines, accessory]
        .filter(Boolean)
        .join('\n');
    }
    case 'context':
      return objectsOf(block.elements)
        .map((element) => (element.type === 'image' ? `(${textOf(element.alt_text)})` : read(element, page)))
        .join('  ');
    case 'actions':
      return objectsOf(block.elements)
        .map((element) => elementText(block, element, page))
        .join(' ');
    case 'input':
      return `${read(block.label, page)}${block.optional === true ? ' (optional)' : ''}: ${elementText(block, objectOf(block.element), page)}`;
    case 'divider':
      return '-'.repeat(40);
    case 'image':
      return `(image: ${textOf(block.alt_text)})`;
    case 'markdown':
      return textOf(block.text);
    case 'table':
      return tableText(block, page);
    case 'rich_text':
      return richText(block, page);
    default:
      return `(${String(block.type)})`;
  }
}

function elementText(block: JsonObject, element: JsonObject, page: Page): string {
  if (element.type === 'image') return `(image: ${textOf(element.alt_text)})`;
  if (element.type === 'button') return page.button(labelOf({ block, element }));
  if (element.type === 'plain_text_input') return `[____${textOf(element.initial_value)}]`;
  if (element.type === 'checkboxes') return boxesText(element, page);
  const groups = objectsOf(element.option_groups).flatMap((group) => objectsOf(group.options));
  const options = [...objectsOf(element.options), ...groups].map((option) => read(option.text, page));
  const words = element.type === 'overflow' ? '⋯' : read(element.placeholder, page) || String(element.type);
  return page.button(`${words} v${options.length > 0 ? `: ${options.join(' | ')}` : ''}`);
}

/** A line for each box: `[x]` when it is selected at first. */
function boxesText(element: JsonObject, page: Page): string {
  const selected = new Set(objectsOf(element.initial_options).map(({ value }) => value));
  return objectsOf(element.options)
    .map(({ value, text, description }) => {
      const words = [read(text, page), read(description, page)].filter(Boolean).join(' · ');
      return `[${selected.has(value) ? 'x' : ' '}] ${words}`;
    })
    .join('\n');
}

/** Columns as wide as their widest cell. */
function tableText(block: JsonObject, page: Page): string {
  const rows = listOf(block.rows).map((row) => objectsOf(row).map((cell) => cellText(cell, page)));
  const widths = rows.reduce<number[]>(
    (wide, row) => row.map((cell, at) => Math.max(cell.length, wide[at] ?? 0)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join(' | ')
        .trimEnd(),
    )
    .join('\n');
}

function cellText(cell: JsonObject, page: Page): string {
  return cell.type === 'rich_text' ? richText(cell, page) : textOf(cell.text);
}

function richText(node: JsonObject, page: Page): string {
  const inner = objectsOf(node.elements).map((element) => richText(element, page));
  switch (node.type) {
    case 'text':
      return textOf(node.text);
    case 'link':
      return textOf(node.text) || textOf(node.url);
    case 'user':
      return `@${page.names.user(textOf(node.user_id))}`;
    case 'channel':
      return `#${page.names.channel(textOf(node.channel_id))}`;
    case 'emoji':
      return `:${textOf(node.name)}:`;
    case 'rich_text_list':
      return inner.map((item) => `- ${item}`).join('\n');
    case 'rich_text':
      return inner.join('\n');
    default:
      return inner.join('');
  }
}

function read(text: unknown, page: Page): string {
  const { type, text: words } = objectOf(text);
  return type === 'mrkdwn' ? readMrkdwn(textOf(words), page.names) : textOf(words);
}
