/** Owns text side by side in a terminal, as Slack sets the fields of a section. */

/** Rows of messages one below the other line up at this width. */
const LEFT_WIDTH = 22;
const GAP = '   ';

/** Two fields a row; each may have several lines. */
export function inColumns(fields: readonly string[]): string {
  const rows: [string[], string[]][] = [];
  for (let at = 0; at < fields.length; at += 2)
    rows.push([(fields[at] ?? '').split('\n'), (fields[at + 1] ?? '').split('\n')]);
  const wide = Math.max(LEFT_WIDTH, ...rows.flatMap(([left]) => left.map(widthOf)));
  return rows
    .flatMap(([left, right]) =>
      Array.from({ length: Math.max(left.length, right.length) }, (_, line) => {
        const beside = right[line] ?? '';
        const start = left[line] ?? '';
        return beside === '' ? start : start + ' '.repeat(wide - widthOf(start)) + GAP + beside;
      }),
    )
    .join('\n');
}

const graphemes = new Intl.Segmenter('en');

/** How many columns of a terminal it takes: two for an emoji. */
function widthOf(text: string): number {
  return [...graphemes.segment(text)].reduce(
    (width, { segment }) => width + (/\p{Emoji_Presentation}|\uFE0F/u.test(segment) ? 2 : 1),
    0,
  );
}
