/** Owns filling in a form at the prompt: shown as text, field by field, then sent or closed. */

import type { SlackView } from '../../fakes/slack/board.ts';
import { elementsOf, type Found, labelOf } from '../../fakes/slack/find-element.ts';
import type { FormValues } from '../../fakes/slack/form.ts';
import { objectOf, objectsOf, textOf } from '../../fakes/slack/json.ts';
import type { Person } from '../../fakes/slack/person.ts';
import type { Lines } from './lines.ts';

export interface FormPrompt {
  lines: Lines;
  show(form: SlackView): string;
  settle(): Promise<void>;
}

const CLOSE = 'close';

/** Goes on until the form is closed, one way or the other. */
export async function fillForm(person: Person, form: SlackView, prompt: FormPrompt): Promise<void> {
  const { lines } = prompt;
  while (form.isOpen) {
    lines.print(`${prompt.show(form)}\n    (fill it in; "${CLOSE}" instead of an answer closes it)`);
    // Such a form only says something: there is nothing to send.
    const values = form.view.submit ? await readFields(form, lines) : undefined;
    if (!values) {
      await person.dismiss(form);
      return;
    }
    try {
      await person.submit(form, values);
      await prompt.settle();
    } catch (error) {
      lines.print(`    ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** What was filled in; undefined to close the form. */
async function readFields(form: SlackView, lines: Lines): Promise<FormValues | undefined> {
  const values: Record<string, string> = {};
  for (const field of elementsOf(objectsOf(form.view.blocks))) {
    if (field.block.type !== 'input') continue;
    const answer = (await lines.ask(`    ${labelOf(field)}${hintOf(field)} > `))?.trim();
    if (answer === undefined || answer.toLowerCase() === CLOSE) return undefined;
    if (answer !== '') values[textOf(field.element.action_id)] = answer;
  }
  const words = (part: unknown): string => textOf(objectOf(part).text);
  const send = words(form.view.submit) || 'Submit';
  const close = words(form.view.close) || 'Cancel';
  const sure = await lines.ask(`    Enter sends it [${send}], "${CLOSE}" is [${close}] > `);
  const refused = sure === undefined || [CLOSE, close.toLowerCase()].includes(sure.trim().toLowerCase());
  return refused ? undefined : values;
}

function hintOf({ block, element }: Found): string {
  const options = objectsOf(element.options).map((option) => textOf(objectOf(option.text).text));
  return `${options.length > 0 ? ` (${options.join(' | ')})` : ''}${block.optional === true ? ' (optional)' : ''}`;
}
