/**
 * Owns the log: JSON lines of named fields. Only the fields listed here pass, and every text in them is scrubbed of
 * secrets, addresses and numbers, so that a careless call site cannot leak.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import pino, { type DestinationStream, type Logger } from 'pino';
import { turnByTurn } from './log-turns.ts';
import { maskText } from './payouts/mask.ts';

export type Log = Logger;

const requestFields = new AsyncLocalStorage<Readonly<Record<string, unknown>>>();

/** Runs `work` with these fields, and those it runs within, on every line it causes, also in parts that know nothing of them. */
export function withLogFields<T>(fields: Readonly<Record<string, unknown>>, work: () => T): T {
  return requestFields.run({ ...requestFields.getStore(), ...fields }, work);
}

/** The fields a line may carry; anything else is left out. */
const FIELDS = new Set([
  'requestId',
  'userId',
  'actorId',
  'channelId',
  'command',
  'action',
  'route',
  'linkId',
  'cancelRequestId',
  'requestNumber',
  'ipayUuid',
  'operation',
  'attempt',
  'sent',
  'httpStatus',
  'statuscode',
  'kind',
  'elapsedMs',
  'mismatched',
  'unreadable',
  'skewMs',
  'from',
  'to',
  'status',
  'count',
  'dueAt',
  'setting',
  'expected',
  'code',
  'method',
  'signal',
  'exitCode',
  'host',
  'port',
  'mode',
  'reason',
  'retryNum',
  'sequence',
  'hash',
  'error',
]);

// Fields that hold IDs, ours or Slack's: masking their digits would only hide the ID.
const IDS = new Set([
  'requestId',
  'userId',
  'actorId',
  'channelId',
  'linkId',
  'cancelRequestId',
  'ipayUuid',
  'dueAt',
  'hash',
]);

const TOKENS = /\b(?:xox[a-z]|xapp|xwfp)-[\w-]+/g;
const URLS = /\b(?:https?|wss?|postgres(?:ql)?):\/\/\S+/g;

/** Makes any text fit for a log line. */
export function createScrub(secrets: readonly string[]): (text: string) => string {
  // A secret of two or three letters is part of too many words: hiding it would only reveal it.
  const telling = secrets.filter((secret) => secret.length > 3);
  return (text) => {
    let clean = text;
    for (const secret of telling) clean = clean.replaceAll(secret, '[secret]');
    return maskText(clean.replace(TOKENS, '[token]').replace(URLS, '[address]'));
  };
}

/** The folders of a frame, which may hold spaces and reveal the machine's layout; the file's name stays. */
const FOLDERS = /^(at (?:async )?|.*\()(?:file:\/\/)?\/.*\/(?=[^/]+$)/;

/** An error as named fields: never the object itself, whose properties may hold headers or bodies. */
function describeError(error: unknown, scrub: (text: string) => string): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  // The frames alone: the first lines of a stack repeat the message, unscrubbed.
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    message: scrub(error.message),
    ...('code' in error && typeof error.code === 'string' && { code: scrub(error.code) }),
    ...('kind' in error && typeof error.kind === 'string' && { kind: error.kind }),
    frames: frames.slice(0, 8).map((line) => line.trim().slice(0, 300).replace(FOLDERS, '$1')),
    ...(error.cause instanceof Error && { cause: describeError(error.cause, scrub) }),
  };
}

/** `level`: one of pino's; `secrets`: values hidden wherever they appear; `destination`: default stdout, once a turn of the event loop. */
export function createLog(level: string, secrets: readonly string[], destination?: DestinationStream): Log {
  const scrub = createScrub(secrets);
  const pass = (fields: Record<string, unknown>): Record<string, unknown> => {
    const kept: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(fields)) {
      if (!FIELDS.has(name) || value === undefined) continue;
      if (name === 'error') kept[name] = describeError(value, scrub);
      else if (typeof value === 'string') kept[name] = IDS.has(name) ? value.slice(0, 100) : scrub(value);
      else if (typeof value === 'number' || typeof value === 'boolean') kept[name] = value;
    }
    return kept;
  };
  const log = pino(
    {
      level,
      base: null,
      mixin: () => pass(requestFields.getStore() ?? {}),
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: {
        // By default pino takes the message of an error logged without one, and interpolates further arguments.
        logMethod([first, second], method) {
          const fields: unknown = first instanceof Error ? { error: first } : first;
          const hasFields = typeof fields === 'object' && fields !== null;
          const words: unknown = hasFields ? second : fields;
          const line = typeof words === 'string' ? scrub(words) : undefined;
          if (hasFields) method.call(this, fields, line ?? 'no message');
          else method.call(this, line ?? 'no message');
        },
      },
      formatters: { log: pass, bindings: pass, level: (label) => ({ level: label }) },
    },
    destination ?? turnByTurn(pino.destination({ fd: 1, sync: true })),
  );
  return guardChildren(log, pass);
}

/** Pino does not format the fields a child is made with, so they pass here first. */
function guardChildren<Levels extends string>(
  log: Logger<Levels>,
  pass: (fields: Record<string, unknown>) => Record<string, unknown>,
): Logger<Levels> {
  const child = log.child.bind(log);
  log.child = (fields, options) => {
    const made = child(pass(fields), options);
    guardChildren(made, pass);
    return made;
  };
  return log;
}
