/** Owns the constructors of Block Kit: each clips visibly to Slack's limits, and none lets text from outside format. */

import type {
  ActionsBlock,
  Button,
  Checkboxes,
  ConfirmationDialog,
  ContextBlock,
  HeaderBlock,
  KnownBlock,
  MrkdwnElement,
  Overflow,
  PlainTextElement,
  PlainTextOption,
  RichTextBlock,
  SectionBlock,
  StaticSelect,
} from '@slack/web-api';
import type { ActionId } from './ids.ts';
import { LIMITS } from './limits.ts';
import { fit, type Part } from './budget.ts';
import { clip, code, isolated, type Mrkdwn, md, NOTHING, type FallbackText, unformatted } from './text.ts';

export type { Part, Row } from './budget.ts';

/** What is posted; `text` is the fallback for notifications and screen readers. */
export interface Message {
  text: string;
  blocks: KnownBlock[];
}

/** A line of plain text; pieces of one line are separated by a dot. */
export type Line = string | readonly (string | undefined)[] | undefined;

/** Plain text, one line an argument: for everything from outside. Empty lines are left out. */
export function plain(...lines: Line[]): PlainTextElement {
  return plainWithin(LIMITS.fieldText, ...lines);
}

function plainWithin(limit: number, ...lines: Line[]): PlainTextElement {
  const shown = lines
    .map((line) =>
      (typeof line === 'string' ? [line] : (line ?? []))
        .filter((piece) => piece !== undefined && piece !== '')
        .map((piece) => isolated(piece ?? ''))
        .join(' · '),
    )
    .filter((line) => line !== '');
  return { type: 'plain_text', text: clip(shown.join('\n') || NOTHING, limit), emoji: false };
}

function mrkdwn(text: Mrkdwn): MrkdwnElement {
  return { type: 'mrkdwn', text: clip(text || NOTHING, LIMITS.fieldText) };
}

type Content = Mrkdwn | PlainTextElement;

function textObject(content: Content): PlainTextElement | MrkdwnElement {
  return typeof content === 'string' ? mrkdwn(content) : content;
}

/** A card's title: our own words, or plain text from outside. */
export function header(content: Content): HeaderBlock {
  const text = typeof content === 'string' ? content : content.text;
  const emoji = typeof content === 'string';
  return { type: 'header', text: { type: 'plain_text', text: clip(text, LIMITS.headerText), emoji } };
}

/** Beside a section's text. */
export type Accessory = Button | Overflow;

export function section(content: Content, accessory?: Accessory): SectionBlock {
  return { type: 'section', text: textObject(content), ...(accessory && { accessory }) };
}

/** To be copied: shown letter by letter, in one block; for text from outside too, since nothing in it formats. */
export function preformatted(...lines: (string | undefined)[]): RichTextBlock {
  const shown = lines.filter((line) => line !== undefined).map((line) => isolated(line));
  const text = clip(shown.join('\n') || NOTHING, LIMITS.sectionText);
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }],
  };
}

/** Two columns in one row. */
export function columns(left: Content, right: Content, accessory?: Accessory): SectionBlock {
  const fields = [textObject(left), textObject(right)];
  return { type: 'section', fields, ...(accessory && { accessory }) };
}

export type Pair = readonly [label: Mrkdwn, value: Content];

/** Labels and values in two columns, in as many sections as needed. */
export function pairs(rows: readonly (Pair | undefined)[]): SectionBlock[] {
  const known = rows.filter((row) => row !== undefined);
  const blocks: SectionBlock[] = [];
  const each = LIMITS.sectionFields / 2;
  for (let index = 0; index < known.length; index += each) {
    const fields = known
      .slice(index, index + each)
      .flatMap(([label, value]) => [mrkdwn(md`*${label}*`), textObject(value)]);
    blocks.push({ type: 'section', fields });
  }
  return blocks;
}

/** Small grey text. */
export function context(...contents: (Content | undefined)[]): ContextBlock {
  const elements = contents
    .filter((content) => content !== undefined)
    .slice(0, LIMITS.contextElements)
    .map(textObject);
  return { type: 'context', elements };
}

export const divider = (): KnownBlock => ({ type: 'divider' });

export interface ButtonSpec {
  label: string;
  action: ActionId;
  value?: string;
  style?: 'primary' | 'danger';
  confirm?: ConfirmationDialog;
  /** Says what the button is for, such as which link. */
  accessibilityLabel?: string;
}

export function button(spec: ButtonSpec): Button {
  // A clipped value would name something else, so a longer one is a bug.
  if (spec.value !== undefined && spec.value.length > LIMITS.buttonValue)
    throw new RangeError('The value of a button is too long.');
  return {
    type: 'button',
    text: plainWithin(LIMITS.buttonText, spec.label),
    action_id: spec.action,
    ...(spec.value && { value: spec.value }),
    ...(spec.style && { style: spec.style }),
    ...(spec.confirm && { confirm: spec.confirm }),
    ...(spec.accessibilityLabel && {
      accessibility_label: clip(isolated(spec.accessibilityLabel), LIMITS.accessibilityLabel),
    }),
  };
}

export interface ConfirmSpec {
  title: string;
  /** May hold text from outside. */
  lines: Line[];
  yes: string;
  no: string;
  style: 'primary' | 'danger';
}

export function confirm(spec: ConfirmSpec): ConfirmationDialog {
  return {
    title: plainWithin(LIMITS.confirmTitle, spec.title),
    text: plainWithin(LIMITS.confirmText, ...spec.lines),
    confirm: plainWithin(LIMITS.confirmButton, spec.yes),
    deny: plainWithin(LIMITS.confirmButton, spec.no),
    style: spec.style,
  };
}

/** `description`: a second line, in grey. */
export function option(label: string, value: string, description?: Line): PlainTextOption {
  if (value.length > LIMITS.optionValue) throw new RangeError('The value of an option is too long.');
  return {
    text: plainWithin(LIMITS.optionText, label),
    value,
    ...(description && { description: plainWithin(LIMITS.optionText, description) }),
  };
}

export function select(
  action: ActionId,
  placeholder: string,
  options: PlainTextOption[],
  initial?: PlainTextOption,
): StaticSelect {
  return {
    type: 'static_select',
    action_id: action,
    placeholder: plainWithin(LIMITS.placeholder, placeholder),
    options: options.slice(0, LIMITS.selectOptions),
    ...(initial && { initial_option: initial }),
  };
}

/** The menu behind three dots; at most five choices. */
export function overflow(action: ActionId, options: PlainTextOption[]): Overflow {
  return { type: 'overflow', action_id: action, options: options.slice(0, LIMITS.overflowOptions) };
}

/** Boxes to select; `selected` are so at first, default all. */
export function checkboxes(
  action: ActionId,
  options: PlainTextOption[],
  selected: readonly PlainTextOption[] = options,
): Checkboxes {
  const shown = options.slice(0, LIMITS.checkboxOptions);
  const initial = shown.filter((one) => selected.includes(one));
  // Slack refuses an empty list.
  const first = initial.length > 0 ? { initial_options: initial } : {};
  return { type: 'checkboxes', action_id: action, options: shown, ...first };
}

/** A row of buttons and menus; no block when there are none, since Slack refuses an empty one. */
export function actions(elements: (Button | Checkboxes | StaticSelect)[], blockId?: string): ActionsBlock[] {
  if (elements.length === 0) return [];
  const shown = elements.slice(0, LIMITS.actionsElements);
  return [{ type: 'actions', elements: shown, ...(blockId && { block_id: blockId }) }];
}

/**
 * Returns a message within Slack's limits and the budget. Its fallback text is `lead` and the rows that are shown, so that
 * notifications and screen readers get what the blocks hold.
 */
export function message(lead: FallbackText, parts: readonly Part[]): Message {
  const { blocks, fallbacks, hidden } = fit(parts);
  return { text: fallbackOf(lead, fallbacks, hidden), blocks };
}

/** Returns a view's blocks; it has more room than a message. */
export function viewBlocks(parts: readonly Part[]): KnownBlock[] {
  return fit(parts, { blocks: LIMITS.blocksInView, budget: LIMITS.viewBudget }).blocks;
}

/** Room for how many rows are left out. */
const COUNT_LENGTH = '; … 99,999 more'.length;

function fallbackOf(lead: FallbackText, rows: readonly FallbackText[], hidden: number): string {
  const line = (text: string) => unformatted(text).replace(/\s+/g, ' ').trim();
  // How many rows are left out is said behind the longest lead too.
  const room = rows.length + hidden === 0 ? LIMITS.summaryText : LIMITS.summaryText - COUNT_LENGTH;
  let text = clip(line(lead) || NOTHING, room);
  let shown = 0;
  for (const row of rows) {
    const longer = `${text}${shown === 0 ? (text.endsWith('.') ? ' ' : ': ') : '; '}${line(row)}`;
    if (longer.length > LIMITS.summaryText - COUNT_LENGTH) break;
    text = longer;
    shown += 1;
  }
  const left = rows.length - shown + hidden;
  return rows.length === 0 || left === 0 ? text : `${text}; … ${left} more`;
}

/** Returns the message for when Slack refuses its blocks: the fallback text alone. */
export function shortForm({ text }: Message): Message {
  const words = clip(text, LIMITS.summaryText);
  const lines: KnownBlock[] = [
    { type: 'section', text: { type: 'mrkdwn', text: clip(words, LIMITS.sectionText) } },
    context(md`Shortened: Slack did not take the whole message. Type ${code('/payout')} for the rest.`),
  ];
  return { text: words, blocks: lines };
}

/**
 * Returns the message for when Slack refuses a kind of block: the same lines without buttons, menus and tables. Undefined when
 * it has none of those, so that nothing would be gained.
 */
export function plainForm({ text, blocks }: Message): Message | undefined {
  const lines = blocks.flatMap((block): KnownBlock[] => {
    if (block.type === 'section') {
      const { accessory: _accessory, ...line } = block;
      return [line];
    }
    return block.type === 'header' || block.type === 'context' || block.type === 'divider' ? [block] : [];
  });
  const hasControls = lines.length < blocks.length || blocks.some(hasAccessory);
  if (!hasControls || lines.length === 0) return undefined;
  const note = context(
    md`Shown without buttons: Slack did not accept them. Type ${code('/payout')} to continue.`,
  );
  return { text, blocks: [...lines.slice(0, LIMITS.blocksInMessage - 1), note] };
}

const hasAccessory = (block: KnownBlock): boolean =>
  block.type === 'section' && block.accessory !== undefined;
