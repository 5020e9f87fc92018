/** Owns what Slack's own libraries say: warnings and errors alone, as scrubbed lines of the desk's log. */

import { type Logger, LogLevel } from '@slack/web-api';
import type { Log } from '../../log.ts';

/** Their debug lines hold whole bodies, and left alone they would write plain text to stdout. */
export function libraryLogger(log: Log | undefined): Logger {
  const text = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    debug: () => {},
    info: () => {},
    warn: (...parts) => log?.warn({ reason: text(parts) }, "Slack's library warns"),
    error: (...parts) => log?.error({ reason: text(parts) }, "Slack's library reports an error"),
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  };
}
