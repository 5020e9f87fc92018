/**
 * Owns the message a person reads while they wait. It is sent where it can be replaced later: as the answer to a command,
 * or as a direct message, since the response_url of a click would replace the message that was clicked.
 */

import { withDeadline } from '../deadline.ts';
import type { Log } from '../log.ts';
import { SlackFailure } from './api/client.ts';
import type { Messenger } from './api/messenger.ts';
import type { Message } from './block-kit/blocks.ts';

/** How long an answer waits for a waiting message that is still on its way as a direct message. */
const IN_FLIGHT_MS = 1_000;

export interface WaitingMessage {
  /** Sends it unless the answer is on its way already; returns whether the person was told. */
  show(message: Message): Promise<boolean>;
  /** Edits it while the search goes on, at most every few seconds by this `now`; nothing when it was not sent. */
  progress(message: Message, now: number): Promise<void>;
  /** Edits it if it was sent; the edit stays. */
  amend(message: Message): Promise<void>;
  /** Puts the answer in its place; false when there is none, or Slack refuses. */
  replace(message: Message): Promise<boolean>;
  /** True for a direct message: what takes its place stays readable. */
  stays: boolean;
  /** Removes it, unless it was replaced or amended; from here on none is sent. */
  end(): Promise<void>;
}

/** A person reads it; Slack allows about one edit a second. */
const PROGRESS_EVERY_MS = 3_000;
/** A response_url takes five messages: the waiting one, these, and the answer, with one to spare. */
const PROGRESS_EDITS = 2;

interface Place {
  replace(message: Message): Promise<void>;
  remove(): Promise<void>;
}

/** `commandUrl`: a command's response_url; never a click's. */
export function createWaitingMessage(
  messenger: Messenger,
  userId: string,
  commandUrl: string | undefined,
  log: Log,
): WaitingMessage {
  /** Where it was sent, also while Slack has not answered yet. */
  let sent: Promise<Place | undefined> | undefined;
  let over = false;
  const progress = createProgress(commandUrl === undefined ? Infinity : PROGRESS_EDITS);
  let amended = false;

  const send = async (message: Message): Promise<Place> => {
    if (commandUrl !== undefined) {
      await messenger.reply(commandUrl, message);
      return {
        replace: (next) => messenger.reply(commandUrl, next, { replace: true }),
        remove: () => messenger.takeBack(commandUrl),
      };
    }
    const at = await messenger.message(userId, message);
    return { replace: (next) => messenger.update(at, next), remove: () => messenger.remove(at) };
  };

  /** False when Slack refuses. */
  const attempt = async (work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof SlackFailure)) throw error;
      log.warn({ code: error.code }, 'waiting message not sent');
      return false;
    }
  };

  return {
    stays: commandUrl === undefined,
    async show(message) {
      if (over) return false;
      let place: Place | undefined;
      sent ??= attempt(async () => {
        place = await send(message);
      }).then(() => place);
      return (await sent) !== undefined;
    },
    async progress(message, now) {
      if (over || !sent) return;
      const shown = sent;
      await progress.edit(now, async () => {
        const place = await shown;
        if (place && !over) await attempt(() => place.replace(message));
      });
    },
    async amend(message) {
      over = true;
      const place = await sent;
      if (place) amended = await attempt(() => place.replace(message));
    },
    async replace(message) {
      over = true;
      // A direct message that hangs must not delay the answer; if it arrives late, end() removes it.
      const place = await (commandUrl === undefined && sent
        ? withDeadline(sent, IN_FLIGHT_MS, () => undefined)
        : sent);
      // An edit that hangs may arrive after the answer and take its place: then the answer is a message of its own.
      const isEdited = await withDeadline(progress.over(), IN_FLIGHT_MS, () => false);
      if (!isEdited || !place || !(await attempt(() => place.replace(message)))) return false;
      sent = undefined;
      return true;
    },
    async end() {
      over = true;
      const place = await sent;
      await progress.over();
      if (place && !amended) await attempt(() => place.remove());
      sent = undefined;
    },
  };
}

/** The edits that show progress, one after the other; the answer must come after them. */
function createProgress(most: number) {
  let editing: Promise<unknown> = Promise.resolve();
  let edits = 0;
  let editedAt = -Infinity;
  return {
    async edit(now: number, work: () => Promise<void>): Promise<void> {
      if (edits >= most || now - editedAt < PROGRESS_EVERY_MS) return;
      editedAt = now;
      edits += 1;
      const edit = editing.then(work);
      editing = edit.catch(() => {});
      await edit;
    },
    /** Resolves when none is on its way. */
    async over(): Promise<true> {
      await editing;
      return true;
    },
  };
}
