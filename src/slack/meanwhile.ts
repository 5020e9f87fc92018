/**
 * Owns the word a person reads while they wait. It stands where it can be replaced: in the answer to a command, or in
 * a direct message, since the response_url of a click replaces the message that was clicked.
 */

import { withDeadline } from '../deadline.ts';
import type { Log } from '../log.ts';
import type { Message } from './block-kit/blocks.ts';
import type { Messenger } from './api/messenger.ts';
import { SlackFailure } from './api/client.ts';

const LATE_MS = 1_000;

export interface Meanwhile {
  /** Shows the word, unless the answer is on its way already; resolves with whether the person was told. */
  show(message: Message): Promise<boolean>;
  /** Changes the word, if one stands. */
  amend(message: Message): Promise<void>;
  /** Puts the answer in the word's place; false when there is none, or Slack did not take it. */
  replace(message: Message): Promise<boolean>;
  /** Whether what takes the word's place stays, as in direct messages. */
  stays: boolean;
  /** From here on no word is shown, and one that nothing replaced is taken away. */
  end(): Promise<void>;
}

interface Place {
  replace(message: Message): Promise<void>;
  remove(): Promise<void>;
}

/** `commandUrl`: a command's response_url; never a click's. */
export function createMeanwhile(
  messenger: Messenger,
  userId: string,
  commandUrl: string | undefined,
  log: Log,
): Meanwhile {
  /** The word that stands, or is on its way. */
  let standing: Promise<Place | undefined> | undefined;
  let over = false;
  let amended = false;

  const put = async (message: Message): Promise<Place> => {
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

  /** False when Slack refuses; the log has its word. */
  const attempt = async (work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof SlackFailure)) throw error;
      log.warn({ code: error.code }, 'a passing word found its way closed');
      return false;
    }
  };

  return {
    stays: commandUrl === undefined,
    async show(message) {
      if (over) return false;
      let place: Place | undefined;
      standing ??= attempt(async () => {
        place = await put(message);
      }).then(() => place);
      return (await standing) !== undefined;
    },
    async amend(message) {
      over = true;
      const place = await standing;
      if (place) amended = await attempt(() => place.replace(message));
    },
    async replace(message) {
      over = true;
      // Direct messages that hang must not hold the answer up; a word that comes late is taken away at the end.
      const place = await (commandUrl === undefined && standing
        ? withDeadline(standing, LATE_MS, () => undefined)
        : standing);
      if (!place || !(await attempt(() => place.replace(message)))) return false;
      standing = undefined;
      return true;
    },
    async end() {
      over = true;
      const place = await standing;
      if (place && !amended) await attempt(() => place.remove());
      standing = undefined;
    },
  };
}
