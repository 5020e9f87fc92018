/** Owns turning Slack’s mentions, links and entities back into the typed text. */

/** "<https://a.in|a.in>" -> the address, "<mailto:a@b|a@b>" -> a@b, "<@U1|asha>" -> @asha, "&amp;" -> "&". */
export function unescapeSlack(text: string): string {
  return (
    text
      .replace(/<([^<>]{1,600})>/g, (_whole, inside: string) => unwrap(inside))
      // The ampersand last, so that "&amp;lt;" stays the "&lt;" that was typed.
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&amp;/g, '&')
  );
}

/** As Slack would send this text: `unescapeSlack` gives it back. */
export function escapeSlack(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function unwrap(inside: string): string {
  const bar = inside.indexOf('|');
  const what = bar === -1 ? inside : inside.slice(0, bar);
  const label = bar === -1 ? '' : inside.slice(bar + 1).trim();
  if (/^mailto:/i.test(what)) return what.slice('mailto:'.length).split('?')[0] ?? '';
  if (/^tel:/i.test(what)) return label || what.slice('tel:'.length);
  if (/^[@#]/.test(what)) return label ? `${what.slice(0, 1)}${label.replace(/^[@#]/, '')}` : what;
  if (what.startsWith('!')) return label || `@${what.slice(1).split('^')[0]}`;
  return what;
}

/** The user ID of a mention as Slack writes it, "<@U123|asha>", or undefined. */
export function mentionedUser(word: string): string | undefined {
  return /^<@([UW][A-Z0-9_]{1,30})(?:\|[^<>]*)?>$/.exec(word)?.[1];
}
