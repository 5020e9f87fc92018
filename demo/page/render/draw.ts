/** Owns the drawing of a message, a form and App Home from the very blocks that were sent, as HTML. */

import { createElement, Fragment, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { SlackMessage, SlackView } from '../../../fakes/slack/board.ts';
import { objectsOf } from '../../../fakes/slack/json.ts';
import { drawBlocks } from './blocks.ts';
import type { Drawing, DrawNames } from './drawing.ts';
import { h } from './drawing.ts';
import { drawMrkdwn } from './text.ts';

export type { DrawNames } from './drawing.ts';

const html = (drawn: ReactNode): string => renderToStaticMarkup(createElement(Fragment, null, drawn));

/** From its blocks, or from its text when it has none, with what is shown below the addresses in it. */
export function drawMessage(
  message: Pick<SlackMessage, 'channel' | 'ts' | 'text' | 'blocks' | 'unfurls'>,
  names: DrawNames,
): string {
  const drawing: Drawing = { names, scope: `m-${message.channel}-${message.ts}`, chosen: {}, errors: {} };
  const body =
    message.blocks.length > 0
      ? drawBlocks(message.blocks, drawing)
      : h('p', null, drawMrkdwn(message.text, names));
  const unfurls = Object.entries(message.unfurls).map(([address, blocks], at) =>
    h(
      'div',
      { key: address, className: 'unfurl' },
      drawBlocks(blocks, { ...drawing, scope: `${drawing.scope}-${at}` }),
    ),
  );
  return html([createElement(Fragment, { key: 'body' }, body), ...unfurls]);
}

/** The blocks of a form or of App Home, with what was chosen and what was refused. */
export function drawView(
  view: Pick<SlackView, 'id' | 'view' | 'chosen' | 'errors'>,
  names: DrawNames,
): string {
  const { chosen, errors } = view;
  // What was chosen is kept as `{ blockId: { actionId: result } }`.
  return html(drawBlocks(objectsOf(view.view.blocks), { names, scope: `v-${view.id}`, chosen, errors }));
}
