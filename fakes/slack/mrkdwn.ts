/** Owns how Slack's text reads without Slack: names for ids, labels for links, no markup signs. */

export interface Names {
  user(id: string): string;
  channel(id: string): string;
  /** The handle of a user group. */
  group?(id: string): string;
}

export const RAW_NAMES: Names = { user: (id) => id, channel: (id) => id };

export function readMrkdwn(text: string, names: Names): string {
  const spoken = text
    .replace(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id: string) => `@${names.user(id)}`)
    .replace(/<#(C[A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id: string) => `#${names.channel(id)}`)
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<!(here|channel|everyone)(?:\|[^>]*)?>/g, '@$1')
    .replace(
      /<!subteam\^([A-Z0-9]+)(?:\|([^>]*))?>/g,
      (_, id: string, label?: string) => label ?? `@${names.group?.(id) ?? id}`,
    )
    .replace(/<((?:https?|mailto|tel)[^|>]*)\|([^>]*)>/g, '$2 ($1)')
    .replace(/<((?:https?|mailto|tel)[^|>]*)>/g, '$1');
  return unescape(withoutMarks(spoken));
}

/** Bold, italics and strike-through, where Slack would see them: at the edges of words. */
function withoutMarks(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => {
      if (part.startsWith('`')) return part;
      return ['\\*', '_', '~'].reduce(
        (rest, mark) =>
          rest.replace(
            new RegExp(`(^|[^\\p{L}\\p{N}])${mark}(\\S(?:[^\\n]*?\\S)??)${mark}(?=$|[^\\p{L}\\p{N}])`, 'gmu'),
            '$1$2',
          ),
        part,
      );
    })
    .join('');
}

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
