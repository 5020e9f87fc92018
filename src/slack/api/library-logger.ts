/** Owns the log lines of Slack's own libraries: warnings and errors alone, scrubbed like all others. */

import { type Logger, LogLevel } from '@slack/web-api';
import type { Log } from '../../log.ts';

/** Their debug lines hold whole bodies, and by default they write plain text to stdout. */
export function libraryLogger(log: Log | undefined): Logger {
  const text = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    debug: () => {},
    info: () => {},
    warn: (...parts) => log?.warn({ reason: text(parts) }, 'slack library warning'),
    error: (...parts) => log?.error({ reason: text(parts) }, 'slack library error'),
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  };
}
