/** Owns the drawing of Slack's blocks: every golden message, form and Home, every element, and text from outside. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drawMessage, drawView, type DrawNames } from '../../demo/page/render/draw.ts';
import type { JsonObject } from '../../fakes/slack/json.ts';
import { isObject, objectsOf, textOf } from '../../fakes/slack/json.ts';
import { readMrkdwn } from '../../fakes/slack/mrkdwn.ts';
import { ROOT, sourcesOf } from '../house/sources.ts';

const GOLDENS = new URL('../slack/views/golden/', import.meta.url);

const names: DrawNames = {
  user: (id) => (id === 'U0ASHA' ? 'Asha Rao' : id),
  channel: (id) => (id === 'C0PAYOUTS' ? 'payouts' : id),
  group: (id) => (id === 'S0APPROVERS' ? 'approvers' : id),
  people: [{ id: 'U0ASHA', name: 'Asha Rao' }],
  channels: [{ id: 'C0PAYOUTS', name: 'payouts' }],
};

const messageOf = (blocks: JsonObject[], text = ''): string =>
  drawMessage({ channel: 'C1', ts: '1.2', text, blocks, unfurls: {} }, names);
const viewOf = (blocks: JsonObject[], more: Partial<Parameters<typeof drawView>[0]> = {}): string =>
  drawView({ id: 'V1', view: { blocks }, chosen: {}, errors: {}, ...more }, names);

/** What a person reads in HTML, with what a screen reader is told, and nothing of its markup. */
function wordsIn(html: string): string {
  const said = [...html.matchAll(/ (?:aria-label|alt|placeholder|value|data-confirm)="([^"]*)"/g)];
  return flat(
    unescape([html.replace(/<[^>]*>/g, ''), ...said.map(([, words]) => words)].join('\n')).replaceAll(
      '\\n',
      '\n',
    ),
  );
}

const unescape = (html: string): string =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&');
const flat = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Every text object below a value, and every text of rich text. */
function textsIn(value: unknown): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isObject(value)) return [];
  const own = typeof value.text === 'string' && value.type !== undefined ? [value] : [];
  return [...own, ...Object.values(value).flatMap(textsIn)];
}

for (const file of readdirSync(GOLDENS))
  test(`${file} is drawn whole`, () => {
    const golden: JsonObject = JSON.parse(readFileSync(new URL(file, GOLDENS), 'utf8'));
    const blocks = objectsOf(golden.blocks);
    const html = golden.type === undefined ? messageOf(blocks) : viewOf(blocks);
    expect(html).not.toMatch(/Unknown (block|element)|\[object|undefined/);
    const words = wordsIn(html);
    const missing = textsIn(blocks)
      .map(({ type, text }) =>
        type === 'mrkdwn' ? readMrkdwn(textOf(text), names).replace(/`| \(https:[^)]*\)/g, '') : textOf(text),
      )
      .filter((text) => !words.includes(flat(text)));
    expect(missing).toEqual([]);
    expect(html.match(/data-action="/g)?.length ?? 0).toBe(controlsIn(blocks));
  });

/** One for each button, menu choice, box and input. */
function controlsIn(blocks: JsonObject[]): number {
  const elements = blocks.flatMap(({ type, elements: row, accessory, element }) => [
    ...(type === 'actions' ? objectsOf(row) : []),
    ...[accessory, element].filter(isObject),
  ]);
  return elements
    .filter(({ type }) => type !== 'image')
    .map(({ type, options }) =>
      /^(overflow|checkboxes|radio_buttons)$/.test(textOf(type)) ? objectsOf(options).length : 1,
    )
    .reduce((sum, count) => sum + count, 0);
}

test('text from outside is shown as text, and formats nothing', () => {
  const hostile = `<script>alert(1)</script> <!channel> <@U0ASHA> *bold* :warning: " ' & <img src=x onerror=alert(1)>`;
  const plain = { type: 'plain_text', text: hostile, emoji: false };
  const html = messageOf([
    { type: 'header', text: plain },
    { type: 'section', text: plain, fields: [plain], accessory: overflowOf(plain) },
    { type: 'context', elements: [plain] },
    {
      type: 'actions',
      block_id: `"><b>`,
      elements: [
        {
          type: 'button',
          text: plain,
          action_id: `"><b>`,
          accessibility_label: hostile,
          confirm: { title: plain, text: plain, confirm: plain, deny: plain },
        },
      ],
    },
  ]);
  expect(html).not.toMatch(/<(script|img|strong|b|span class="mention")\b/);
  expect(wordsIn(html).split(flat(hostile)).length).toBeGreaterThan(7);
});

const overflowOf = (text: JsonObject): JsonObject => ({
  type: 'overflow',
  action_id: 'menu',
  options: [{ text, value: `"'<` }],
});

test('a link in rich text or mrkdwn leads to the web or nowhere', () => {
  const rich = (url: string): JsonObject => ({
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'link', url, text: 'here' }] }],
  });
  expect(messageOf([rich('https://instant.pe/LS1')])).toContain('href="https://instant.pe/LS1"');
  expect(messageOf([rich('javascript:alert(1)')])).not.toContain('href');
  expect(messageOf([], '<javascript:alert(1)|here>')).not.toContain('href');
});

test.each([
  ['*bold* and 2*3*4', '<strong>bold</strong> and 2*3*4'],
  ['_so_ snake_case_name', '<em>so</em> snake_case_name'],
  ['~no~', '<s>no</s>'],
  ['`*a* <b>`', '<code>*a* &lt;b&gt;</code>'],
  ['*with `code` in it*', '<strong>with <code>code</code> in it</strong>'],
  ['```one\n*two*```', '<pre>one\n*two*</pre>'],
  ['&lt;b&gt; &amp;amp;', '&lt;b&gt; &amp;amp;'],
  ['&gt; said\nnext', '<blockquote>said</blockquote>'],
  ['<@U0ASHA> <#C0PAYOUTS>', '<span class="mention">@Asha Rao</span> <span class="mention">#payouts</span>'],
  [
    '<!subteam^S0APPROVERS> <!here>',
    '<span class="mention">@approvers</span> <span class="mention">@here</span>',
  ],
  ['<!date^1^{date}|20 Nov>', '20 Nov'],
  [':warning: 10:30:00 :no_such:', '⚠️ 10:30:00 :no_such:'],
  ['<https://a.test/?a=1&amp;b=2|see>', 'href="https://a.test/?a=1&amp;b=2"'],
])('mrkdwn %j', (text, html) => {
  expect(messageOf([], text)).toContain(html);
});

const label = { type: 'plain_text', text: 'Label', emoji: false };
const options = ['one', 'two'].map((value) => ({ text: { ...label, text: `Option ${value}` }, value }));
const inputOf = (element: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'input',
  block_id: 'b',
  label,
  element: { action_id: 'a', ...element },
  ...more,
});

test.each<[JsonObject, RegExp[]]>([
  [{ type: 'plain_text_input', max_length: 5 }, [/<input [^>]*type="text"/, /name="b\/a"/, /maxLength="5"/]],
  [{ type: 'plain_text_input', multiline: true, initial_value: 'so' }, [/<textarea [^>]*>so<\/textarea>/]],
  [{ type: 'number_input', initial_value: '5' }, [/inputMode="decimal"/, /value="5"/]],
  [{ type: 'email_text_input' }, [/type="email"/]],
  [{ type: 'url_text_input' }, [/type="url"/]],
  [{ type: 'datepicker', initial_date: '2026-11-20' }, [/type="date"/, /value="2026-11-20"/]],
  [{ type: 'timepicker', initial_time: '10:00' }, [/type="time"/, /value="10:00"/]],
  [
    { type: 'static_select', options, initial_option: options[1] },
    [/<option value="two" selected="">Option two/],
  ],
  [
    { type: 'multi_static_select', options, initial_options: options },
    [/multiple=""/, /value="one" selected=""/],
  ],
  [
    { type: 'static_select', option_groups: [{ label, options }] },
    [/<optgroup label="Label"><option value="one">/],
  ],
  [{ type: 'users_select', initial_user: 'U0ASHA' }, [/<option value="U0ASHA" selected="">Asha Rao/]],
  [{ type: 'conversations_select' }, [/#payouts/, /Asha Rao/]],
  [
    { type: 'channels_select', initial_channel: 'C0PAYOUTS' },
    [/<option value="C0PAYOUTS" selected="">#payouts/],
  ],
  [
    { type: 'radio_buttons', options, initial_option: options[0] },
    [/type="radio"[^>]*checked=""[^>]*value="one"|value="one"[^>]*checked=""/, /required=""/],
  ],
  [
    { type: 'checkboxes', options: [{ ...options[0], description: label }] },
    [/type="checkbox"/, /<small>\s*Label/],
  ],
  [{ type: 'hologram' }, [/Unknown element: hologram/]],
])('%j in a form', (element, patterns) => {
  const html = viewOf([inputOf(element)]);
  for (const pattern of patterns) expect(html).toMatch(pattern);
  expect(html).not.toContain('data-acts');
});

test('a control outside of an input block acts by itself; a text input at Enter unless asked otherwise', () => {
  const acts = (element: JsonObject, more: JsonObject = {}): string | undefined =>
    /data-acts="(\w+)"/.exec(viewOf([inputOf(element, { dispatch_action: true, ...more })]))?.[1];
  expect(messageOf([{ type: 'actions', elements: [{ type: 'static_select', options }] }])).toContain(
    'data-acts="change"',
  );
  expect(acts({ type: 'plain_text_input' })).toBe('enter');
  const config = { trigger_actions_on: ['on_character_entered'] };
  expect(acts({ type: 'plain_text_input', dispatch_action_config: config })).toBe('type');
  expect(acts({ type: 'radio_buttons', options })).toBe('change');
});

test('a label, a hint and an error are tied to their control', () => {
  const html = viewOf([inputOf({ type: 'plain_text_input' }, { hint: label })], {
    errors: { b: 'Too short.' },
  });
  const [, id] = /<label for="([^"]+)"/.exec(html) ?? [];
  const [, described = ''] = /aria-describedby="([^"]+)"/.exec(html) ?? [];
  expect(html).toContain(`id="${id}"`);
  expect(described.split(' ').every((one) => html.includes(`id="${one}"`))).toBe(true);
  expect(html).toContain('aria-invalid="true"');
  expect(html).toMatch(/data-error="b">Too short\.</);
});

test('what was chosen in a form comes before what it started with', () => {
  const chosen = { b: { a: { type: 'static_select', selected_option: options[0] } } };
  const select = inputOf({ type: 'static_select', options, initial_option: options[1] });
  expect(viewOf([select], { chosen })).toContain('<option value="one" selected="">');
});

test('blocks that are not drawn are named', () => {
  expect(messageOf([{ type: 'hologram' }])).toContain('Unknown block: hologram');
  expect(messageOf([{ type: 'markdown', text: '# *as* it is' }])).toContain('# *as* it is');
  expect(messageOf([{ type: 'video', title: label }])).toContain('Video: Label');
});

test('a picture of another host is named, not loaded', () => {
  const picture = (url: string): string =>
    messageOf([{ type: 'image', image_url: url, alt_text: 'A chart' }]);
  expect(picture('https://elsewhere.test/x.png')).not.toContain('<img');
  expect(picture('https://elsewhere.test/x.png')).toContain('Picture: A chart');
  expect(picture('/files/F1')).toContain('<img src="/files/F1" alt="A chart"');
});

test('a table has a head, and rich text its lists and styles', () => {
  const cell = (text: string): JsonObject => ({ type: 'raw_text', text });
  const table = messageOf([
    { type: 'table', rows: [[cell('Amount')], [cell('<5')]], column_settings: [{ align: 'right' }] },
  ]);
  expect(table).toContain('<th class="right" scope="col">Amount</th>');
  expect(table).toContain('<td class="right">&lt;5</td>');
  const leaf = { type: 'text', text: 'x', style: { bold: true, code: true } };
  const list = {
    type: 'rich_text_list',
    style: 'ordered',
    elements: [{ type: 'rich_text_section', elements: [leaf] }],
  };
  expect(messageOf([{ type: 'rich_text', elements: [list] }])).toContain(
    '<ol><li><div><strong><code>x</code></strong></div></li></ol>',
  );
});

test('what is shown below an address is drawn too', () => {
  const unfurls = { 'https://instant.pe/LS1': [{ type: 'section', text: label }] };
  expect(drawMessage({ channel: 'C1', ts: '1.2', text: 'see', blocks: [], unfurls }, names)).toMatch(
    /see.*<div class="unfurl">.*Label/,
  );
});

test('the browser gets no package, nothing from outside of its folder, and nothing of another host', () => {
  const sources = sourcesOf('demo/page/browser');
  expect(sources.length).toBeGreaterThan(10);
  const foreign = sources.flatMap(({ path, imports }) =>
    imports
      .filter(({ from, typeOnly }) => !typeOnly && !from.startsWith('demo/page/browser/'))
      .map(({ from }) => `${path}: ${from}`),
  );
  expect(foreign).toEqual([]);
  const texts = ['index.html', 'page.css'].map((name) =>
    readFileSync(join(ROOT, 'demo/page/browser', name), 'utf8'),
  );
  const addresses = [...texts, ...sources.map(({ text }) => text)].flatMap(
    (text) => text.match(/(?:https?:)?\/\/[\w.-]+\.[a-z]{2,}[^'"\s]*/g) ?? [],
  );
  expect(addresses.filter((one) => one !== 'http://www.w3.org/2000/svg')).toEqual([]);
});
