/** Owns answering in an open form: what would be a message there is what the form shows next. */

import type { KnownBlock } from '@slack/web-api';
import type { Message } from './block-kit/blocks.ts';
import { encodeOrigin } from './block-kit/form-metadata.ts';
import { ACTION_IDS } from './block-kit/ids.ts';
import type { Context } from './context.ts';
import { FORM_TITLE, messageForm } from './views/form-parts.ts';

/** A form is for one person: there is no “here” to share in. */
const NOT_IN_FORMS: ReadonlySet<string> = new Set([ACTION_IDS.linkShare, ACTION_IDS.txnShare]);

/** Returns the context whose answers appear in the form; as a message when a person closed it after submitting. */
export function inForm(context: Context): Context {
  const { form, seal } = context;
  const show = async (message: Message): Promise<boolean> => {
    if (!form.isOpen()) return false;
    const shown = await form.show(
      messageForm(form.at?.title ?? FORM_TITLE, withoutSharing(message), encodeOrigin(context, seal)),
    );
    return shown === 'shown' || (shown === 'gone' && !form.isSubmitted);
  };
  return {
    ...context,
    async answer(message, options) {
      if (!(await show(message))) await context.answer(message, options);
    },
    async replace(message) {
      if (!(await show(message))) await context.answer(message);
    },
  };
}

function withoutSharing({ text, blocks }: Message): Message {
  const kept = blocks.flatMap((block): KnownBlock[] => {
    if (block.type !== 'actions') return [block];
    const elements = block.elements.filter(
      (element) => !('action_id' in element && NOT_IN_FORMS.has(element.action_id ?? '')),
    );
    return elements.length === 0 ? [] : [{ ...block, elements }];
  });
  return { text, blocks: kept };
}
