/** Owns how messages and modals read in a terminal. */

import { expect, test } from 'vitest';
import type { SlackMessage, SlackView } from '../../../fakes/slack/board.ts';
import type { JsonObject } from '../../../fakes/slack/json.ts';
import { readMrkdwn } from '../../../fakes/slack/mrkdwn.ts';
import { toText } from '../../../fakes/slack/to-text.ts';

const names = { user: (id: string) => (id === 'U0ASHA' ? 'Asha Rao' : id), channel: () => 'payouts' };
const plain = (text: string): JsonObject => ({ type: 'plain_text', text });
const mrkdwn = (text: string): JsonObject => ({ type: 'mrkdwn', text });
const button = (text: string): JsonObject => ({ type: 'button', text: plain(text), action_id: text });

function message(blocks: JsonObject[], more: Partial<SlackMessage> = {}): SlackMessage {
  const place = {
    channel: 'C0PAYOUTS',
    ts: '1.2',
    threadTs: undefined,
    author: undefined,
    unfurls: {},
    ephemeralFor: undefined,
    via: 'test',
  };
  return { ...place, text: 'only the text', blocks, edits: [], deleted: false, files: [], ...more };
}

test('a card', () => {
  const card = message([
    { type: 'header', text: plain('Cancel *this*?') },
    {
      type: 'section',
      text: mrkdwn('*₹1,23,456.78* to _R. Kumar_ &amp; Sons'),
      accessory: button('Refresh'),
    },
    { type: 'section', fields: [mrkdwn('*Status*\nISSUED'), mrkdwn('*By*\n<@U0ASHA>')] },
    { type: 'divider' },
    { type: 'context', elements: [mrkdwn('LIVE'), plain('15:04 IST')] },
    { type: 'actions', elements: [button('Approve'), button('Reject')] },
  ]);
  expect(toText(card, { names, numbered: true })).toBe(
    [
      'Cancel *this*?',
      '==============',
      '₹1,23,456.78 to R. Kumar & Sons',
      '[1 Refresh]',
      'Status ISSUED',
      'By @Asha Rao',
      '----------------------------------------',
      'LIVE  15:04 IST',
      '[2 Approve] [3 Reject]',
    ].join('\n'),
  );
});

test('without blocks, the text; with files, their names', () => {
  const file = { id: 'F1', name: 'digest.csv', title: '', content: Buffer.from('a,b'), altText: '' };
  expect(toText(message([], { files: [file] }))).toBe('only the text\n(file: digest.csv, 3 bytes)');
});

test('a table in columns', () => {
  const row = (...cells: string[]): JsonObject[] => cells.map((text) => ({ type: 'raw_text', text }));
  const table = message([{ type: 'table', rows: [row('Status', 'Links'), row('EXPIRED', '3')] }]);
  expect(toText(table)).toBe('Status  | Links\nEXPIRED | 3');
});

test('a modal with an error under its field', () => {
  const view: SlackView = {
    id: 'V1',
    userId: 'U0ASHA',
    type: 'modal',
    isOpen: true,
    chosen: {},
    errors: { reason: 'Say more' },
    previousId: undefined,
    view: {
      title: plain('Why?'),
      submit: plain('Send'),
      blocks: [
        { type: 'input', block_id: 'reason', label: plain('Reason'), element: { type: 'plain_text_input' } },
      ],
    },
  };
  expect(toText(view)).toBe('=== Why? ===\nReason: [____]\n  ! Say more\n[Cancel] [Send]');
});

test.each([
  ['*bold* _it_ ~gone~ `*code*`', 'bold it gone `*code*`'],
  ['2*3*4 and snake_case_name', '2*3*4 and snake_case_name'],
  ['<https://example.test/a|the link>', 'the link (https://example.test/a)'],
  ['<!date^1^{date}|20 Nov> in <#C0PAYOUTS>', '20 Nov in #payouts'],
  ['<!channel> <!subteam^S1|@approvers>', '@channel @approvers'],
  ['&lt;!channel&gt; &amp;lt;', '<!channel> &lt;'],
])('%s', (text, read) => {
  expect(readMrkdwn(text, names)).toBe(read);
});
