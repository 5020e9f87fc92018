/** Owns what every form can show in place of its content: that it waits, or why it has none. */

import type { ModalView } from '@slack/web-api';
import { type Message, type Part, plain, section, viewBlocks } from '../block-kit/blocks.ts';
import type { ViewId } from '../block-kit/ids.ts';
import { LIMITS } from '../block-kit/limits.ts';
import { clip } from '../block-kit/text.ts';

export interface FormFrame {
  /** With `submit` alone: without it there is nothing to route. */
  viewId?: ViewId | undefined;
  title: string;
  /** Undefined while there is nothing to go on with: a form without inputs can only be closed. */
  submit?: string | undefined;
  metadata?: string | undefined;
}

export function modal({ viewId, title, submit, metadata }: FormFrame, parts: readonly Part[]): ModalView {
  return {
    type: 'modal',
    ...(viewId !== undefined && { callback_id: viewId }),
    ...(metadata !== undefined && { private_metadata: metadata }),
    title: plain(clip(title, LIMITS.viewTitle)),
    ...(submit !== undefined && { submit: plain(submit) }),
    close: plain('Close'),
    blocks: viewBlocks(parts),
  };
}

/** Of a form that says only why it has no content. */
export const FORM_TITLE = 'Payout Desk';

export const FORM_WAITS = 'Working on it …';

/** Shown until the content is known. */
export function waitingForm(title: string, sentence: string = FORM_WAITS): ModalView {
  return modal({ title }, [section(plain(sentence))]);
}

/** A message in place of the content: why there is none, and the next step. */
export function messageForm(title: string, { blocks }: Message, metadata?: string): ModalView {
  return modal({ title, metadata }, blocks);
}
