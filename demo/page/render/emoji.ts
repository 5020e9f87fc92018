/** Owns the characters of Slack's emoji names: the common ones; another name stays as it was written. */

const CHARACTERS: Readonly<Record<string, string>> = {
  alarm_clock: '⏰',
  arrow_right: '➡️',
  ballot_box_with_check: '☑️',
  bar_chart: '📊',
  bell: '🔔',
  bulb: '💡',
  calendar: '📆',
  chart_with_upwards_trend: '📈',
  clock1: '🕐',
  credit_card: '💳',
  eyes: '👀',
  exclamation: '❗',
  hourglass: '⌛',
  hourglass_flowing_sand: '⏳',
  inbox_tray: '📥',
  incoming_envelope: '📨',
  information_source: 'ℹ️',
  large_green_circle: '🟢',
  large_orange_circle: '🟠',
  large_yellow_circle: '🟡',
  link: '🔗',
  lock: '🔒',
  mag: '🔍',
  memo: '📝',
  moneybag: '💰',
  negative_squared_cross_mark: '❎',
  no_entry: '⛔',
  no_entry_sign: '🚫',
  outbox_tray: '📤',
  page_facing_up: '📄',
  paperclip: '📎',
  question: '❓',
  receipt: '🧾',
  red_circle: '🔴',
  repeat: '🔁',
  rotating_light: '🚨',
  shield: '🛡️',
  stopwatch: '⏱️',
  tada: '🎉',
  thumbsup: '👍',
  '+1': '👍',
  warning: '⚠️',
  wave: '👋',
  white_check_mark: '✅',
  white_circle: '⚪',
  x: '❌',
  zap: '⚡',
};

/** Returns the character for a name without colons, or `:name:` when it is not known. */
export function emojiOf(name: string): string {
  return CHARACTERS[name.replace(/::skin-tone-\d$/, '')] ?? `:${name}:`;
}

/** Replaces `:name:` in text that Slack reads for emoji; `10:30:00` holds none. */
export function withEmoji(text: string): string {
  return text.replace(/:([a-z0-9_+-]+):/g, (written, name: string) => CHARACTERS[name] ?? written);
}
