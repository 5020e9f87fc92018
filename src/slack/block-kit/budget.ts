/** Owns the budget of a message: whole rows are dropped first, then text is clipped; both visibly. */

import type { KnownBlock } from '@slack/web-api';
import { LIMITS } from './limits.ts';
import { clip, count, md, type Mrkdwn, type FallbackText } from './text.ts';

/** Blocks shown together or not at all. */
export interface Row {
  blocks: readonly KnownBlock[];
  /** The row in the fallback text. */
  fallback?: FallbackText | undefined;
}

/** Rows of one kind; those that do not fit are dropped from one end. */
export interface Rows {
  rows: readonly Row[];
  /** How many more there are beyond `rows`. */
  further?: number | undefined;
  /** `start` for a history, whose newest rows come last; default `end`. */
  dropFrom?: 'start' | 'end' | undefined;
  /** Shown in their place; default "… 12 more". */
  more?: ((hidden: number) => Mrkdwn) | undefined;
}

/** Rows of a long list for a message, made of its beginning alone: each has a block at least, so that no more are ever shown. */
export function firstRows<Item>(items: readonly Item[], row: (item: Item, index: number) => Row) {
  const first = items.slice(0, LIMITS.blocksInMessage);
  return { rows: first.map(row), further: items.length - first.length };
}

/** A block that must stay, or rows that may be dropped. */
export type Part = KnownBlock | Rows;

export interface Fitted {
  blocks: KnownBlock[];
  /** The fallback texts of the rows shown, in order. */
  fallbacks: FallbackText[];
  /** How many rows with a fallback text are not shown. */
  hidden: number;
}

/** Returns the length of all text in these blocks, that of buttons and dialogs included. Without lists of entries: every answer asks. */
export function textLength(root: unknown): number {
  if (!isObject(root)) return 0;
  let sum = 0;
  if (Array.isArray(root)) {
    for (const item of root) sum += textLength(item);
    return sum;
  }
  for (const key in root) {
    const value = root[key];
    if (typeof value === 'object') sum += textLength(value);
    else if (key === 'text' && typeof value === 'string') sum += value.length;
  }
  return sum;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Returns what Slack was measured to count: the text, and a fixed cost for each block. */
export function costOf(blocks: readonly KnownBlock[]): number {
  return blocks.reduce((sum, block) => sum + textLength(block) + LIMITS.blockCost, 0);
}

const isRows = (part: Part): part is Rows => 'rows' in part;
/** The line shown for dropped rows, at its longest. */
const MORE_COST = LIMITS.blockCost + 60;

interface Group {
  costs: readonly number[];
  sizes: readonly number[];
  further: number;
  dropFrom: 'start' | 'end';
  kept: number;
}

/** What may be shown at once. */
export interface Room {
  blocks: number;
  budget: number;
}

const MESSAGE: Room = { blocks: LIMITS.blocksInMessage, budget: LIMITS.messageBudget };

/** Returns the parts within the budget and the number of blocks. */
export function fit(parts: readonly Part[], room: Room = MESSAGE): Fitted {
  const fixed = parts.flatMap((part) => (isRows(part) ? [] : [part]));
  const groups = new Map(parts.filter(isRows).map((part) => [part, groupOf(part)]));
  const within = () => {
    let cost = costOf(fixed);
    let blocks = fixed.length;
    for (const { costs, sizes, kept, further, dropFrom } of groups.values()) {
      const hidden = costs.length - kept + further;
      const [from, to] = dropFrom === 'end' ? [0, kept] : [costs.length - kept, costs.length];
      cost += sum(costs.slice(from, to)) + (hidden > 0 ? MORE_COST : 0);
      blocks += sum(sizes.slice(from, to)) + (hidden > 0 ? 1 : 0);
    }
    return cost <= room.budget && blocks <= room.blocks;
  };
  let fits = within();
  while (!fits) {
    // The longest list loses a row first, so that no list crowds out another.
    const longest = [...groups.values()].reduce<Group | undefined>(
      (found, group) => (group.kept >= Math.max(1, found?.kept ?? 1) ? group : found),
      undefined,
    );
    if (!longest) break;
    longest.kept -= 1;
    fits = within();
  }
  const fitted: Fitted = { blocks: [], fallbacks: [], hidden: 0 };
  for (const part of parts) {
    if (isRows(part)) show(part, groups.get(part)?.kept ?? 0, fitted);
    else fitted.blocks.push(part);
  }
  // Then it is what was counted. A line that stands for rows may be longer than that.
  const isWhole = groups.values().every(({ costs, kept, further }) => kept === costs.length && further === 0);
  return fits && isWhole ? fitted : { ...fitted, blocks: clipped(fitted.blocks, room) };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

function groupOf({ rows, further = 0, dropFrom = 'end' }: Rows): Group {
  const costs = rows.map(({ blocks }) => costOf(blocks));
  const sizes = rows.map(({ blocks }) => blocks.length);
  // No message holds more rows, so the loop need not count them down one by one.
  return { costs, sizes, further, dropFrom, kept: Math.min(rows.length, LIMITS.blocksInView) };
}

function show({ rows, further = 0, dropFrom = 'end', more }: Rows, kept: number, into: Fitted): void {
  const hidden = rows.length - kept + further;
  const shown = dropFrom === 'end' ? rows.slice(0, kept) : rows.slice(rows.length - kept);
  const line: KnownBlock[] =
    hidden === 0
      ? []
      : [
          {
            type: 'context',
            elements: [{ type: 'mrkdwn', text: more?.(hidden) ?? md`… ${count(hidden, 'more', 'more')}` }],
          },
        ];
  if (dropFrom === 'start') into.blocks.push(...line);
  for (const { blocks, fallback } of shown) {
    into.blocks.push(...blocks);
    if (fallback) into.fallbacks.push(fallback);
  }
  if (dropFrom === 'end') into.blocks.push(...line);
  // Rows without a fallback text are not missing from the fallback.
  if (rows.some(({ fallback }) => fallback)) into.hidden += hidden;
}

/** Lengths to which text from outside is clipped, in turn, when the blocks that must stay are too long. */
const STEPS = [1_500, 800, 400, 200, 100, 50] as const;

function clipped(blocks: KnownBlock[], room: Room): KnownBlock[] {
  let shown = blocks;
  for (const limit of STEPS) {
    if (costOf(shown) <= room.budget) break;
    shown = shown.map((block) => clipBlock(block, limit));
  }
  return cutOff(shown, room);
}

/** Clips plain text alone: mrkdwn is ours, and a clipped mention would be none. */
function clipBlock(block: KnownBlock, limit: number): KnownBlock {
  const shorter = <Text extends { type: string; text?: unknown }>(text: Text): Text =>
    text.type === 'plain_text' && typeof text.text === 'string'
      ? { ...text, text: clip(text.text, limit) }
      : text;
  if (block.type === 'section') {
    return {
      ...block,
      ...(block.text && { text: shorter(block.text) }),
      ...(block.fields && { fields: block.fields.map(shorter) }),
    };
  }
  return block.type === 'context' ? { ...block, elements: block.elements.map(shorter) } : block;
}

/** Last resort: drops blocks from the end; the last line says how many. */
function cutOff(blocks: KnownBlock[], { blocks: most, budget }: Room): KnownBlock[] {
  const fits = (kept: number) => kept < most && costOf(blocks.slice(0, kept)) + MORE_COST <= budget;
  if (blocks.length <= most && costOf(blocks) <= budget) return blocks;
  let kept = blocks.length - 1;
  while (kept > 0 && !fits(kept)) kept -= 1;
  const more = md`… ${count(blocks.length - kept, 'more', 'more')}`;
  return [...blocks.slice(0, kept), { type: 'context', elements: [{ type: 'mrkdwn', text: more }] }];
}
