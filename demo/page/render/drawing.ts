/** Owns what every part of a drawing needs to know: names for IDs, and what was chosen or refused before. */

import { createElement, type ReactNode } from 'react';
import type { JsonObject } from '../../../fakes/slack/json.ts';
import { objectOf, textOf } from '../../../fakes/slack/json.ts';
import type { Names } from '../../../fakes/slack/mrkdwn.ts';

interface Named {
  id: string;
  name: string;
}

export interface DrawNames extends Names {
  /** For menus of people and of channels. */
  people: readonly Named[];
  channels: readonly Named[];
}

export interface Drawing {
  names: DrawNames;
  /** Begins the IDs of HTML elements, so that two messages on one page do not share one. */
  scope: string;
  /** What was chosen since it was opened, by block ID and action ID. */
  chosen: Readonly<Record<string, JsonObject>>;
  /** What the last submission was refused for, by block ID. */
  errors: Readonly<Record<string, string>>;
}

export type Attributes = Record<string, unknown>;

/** React without JSX: Node strips types and compiles nothing. */
export function h(tag: string, attributes: Attributes | null, ...children: ReactNode[]): ReactNode {
  return createElement(tag, attributes, ...children);
}

/** An ID for an HTML element: IDs of Slack may hold anything, and a space would make two of one. */
export function htmlId(drawing: Drawing, ...parts: readonly string[]): string {
  return [drawing.scope, ...parts].join('.').replace(/[^\w.-]/g, '_');
}

/** What an element holds: what was chosen, else what it starts with. `key` as in `initial_option`. */
export function heldBy(drawing: Drawing, block: JsonObject, element: JsonObject, key: string): unknown {
  const chosen = objectOf(drawing.chosen[textOf(block.block_id)])[textOf(element.action_id)];
  const result = objectOf(chosen);
  const selected = key === 'initial_value' ? 'value' : key.replace('initial', 'selected');
  return selected in result ? result[selected] : element[key];
}
