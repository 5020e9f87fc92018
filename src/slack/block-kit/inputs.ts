/** Owns the constructors of a form's inputs, and reading what was filled in. */

import type { InputBlock, PlainTextOption } from '@slack/web-api';
import { z } from 'zod';
import { plain } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { clip } from './text.ts';

interface Labelled {
  blockId: string;
  actionId: string;
  label: string;
  hint?: string | undefined;
  optional?: boolean;
}

function input(
  { blockId, label, hint, optional = false }: Labelled,
  element: InputBlock['element'],
): InputBlock {
  return {
    type: 'input',
    block_id: blockId,
    label: plain(clip(label, LIMITS.inputLabel)),
    ...(hint && { hint: plain(hint) }),
    optional,
    element,
  };
}

export interface TextInputSpec extends Labelled {
  initial?: string | undefined;
  multiline?: boolean;
  atMost: number;
}

export function textInput(spec: TextInputSpec): InputBlock {
  return input(spec, {
    type: 'plain_text_input',
    action_id: spec.actionId,
    multiline: spec.multiline ?? false,
    ...(spec.initial && { initial_value: spec.initial.slice(0, spec.atMost) }),
    max_length: spec.atMost,
  });
}

/** One of at most ten options. */
export function radioInput(
  spec: Labelled & { options: PlainTextOption[]; initial?: string | undefined },
): InputBlock {
  const initial = spec.options.find(({ value }) => value === spec.initial);
  return input(spec, {
    type: 'radio_buttons',
    action_id: spec.actionId,
    options: spec.options.slice(0, LIMITS.checkboxOptions),
    ...(initial && { initial_option: initial }),
  });
}

/** Boxes to select, in as many inputs of ten as needed; the later ones are numbered in their block IDs. */
export function boxInputs(
  spec: Labelled & { options: PlainTextOption[]; selected: (value: string) => boolean },
): InputBlock[] {
  const inputs: InputBlock[] = [];
  for (let from = 0; from < spec.options.length; from += LIMITS.checkboxOptions) {
    const options = spec.options.slice(from, from + LIMITS.checkboxOptions);
    const initial = options.filter(({ value }) => spec.selected(value ?? ''));
    const isFirst = from === 0;
    const label = isFirst ? spec.label : `${spec.label} (continued)`;
    inputs.push(
      input(
        { ...spec, blockId: boxBlockId(spec.blockId, from), label, ...(isFirst ? {} : { hint: undefined }) },
        {
          type: 'checkboxes',
          action_id: spec.actionId,
          options,
          ...(initial.length > 0 && { initial_options: initial }),
        },
      ),
    );
  }
  return inputs;
}

/** The first input's block has the plain ID, so that what is wrong can be said there. */
const boxBlockId = (blockId: string, from: number): string => (from === 0 ? blockId : `${blockId}.${from}`);

const state = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({
      value: z.string().nullish(),
      selected_option: z.object({ value: z.string() }).nullish(),
      selected_options: z.array(z.object({ value: z.string() })).nullish(),
    }),
  ),
);
type Filled = z.infer<typeof state>[string][string];

/** Everything filled in under this action ID, from all its blocks, in order. */
function filled(values: unknown, actionId: string): Filled[] {
  const { data = {} } = state.safeParse(values);
  return Object.values(data).flatMap((block) => block[actionId] ?? []);
}

/** Whether the form has an input in such a block. */
export function hasBlock(values: unknown, blockId: string): boolean {
  const { data = {} } = state.safeParse(values);
  return Object.hasOwn(data, blockId);
}

/** Returns the typed text; empty when there is none. */
export function readText(values: unknown, actionId: string): string {
  return filled(values, actionId)[0]?.value ?? '';
}

export function readRadio(values: unknown, actionId: string): string | undefined {
  return filled(values, actionId)[0]?.selected_option?.value;
}

export function readBoxes(values: unknown, actionId: string): string[] {
  return filled(values, actionId).flatMap(({ selected_options: chosen }) =>
    (chosen ?? []).map(({ value }) => value),
  );
}
