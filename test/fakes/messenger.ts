/** Owns a Slack for tests of what is posted: it keeps what it took, and a test can fail, hold or watch any call. */

import type { Message } from '../../src/slack/block-kit/blocks.ts';
import type { Mark } from '../../src/slack/api/find-own.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import type { Messenger, Posted } from '../../src/slack/api/messenger.ts';

export interface StandingMessage extends Posted {
  message: Message;
  threadTs: string | undefined;
  broadcast: boolean;
  mark: Mark | undefined;
  edits: number;
}

type Call = 'message' | 'update' | 'remove' | 'findOwn' | 'upload' | 'shareFile' | 'findFile';

/** A file that was uploaded, and where it is shared. */
export interface UploadedFile {
  id: string;
  name: string;
  content: string;
  altText: string | undefined;
  shares: { channelId: string; threadTs: string | undefined; title: string; comment: string }[];
}

interface Held {
  reached: Promise<void>;
  release: () => void;
}

export interface FakeMessenger {
  messenger: Messenger;
  /** The messages in Slack, in the order they were posted. */
  standing: StandingMessage[];
  /** What was uploaded, shared or not. */
  files: UploadedFile[];
  calls: Call[];
  /** Awaited before Slack does anything; rejecting is a refusal. */
  before: (call: Call, channelId: string) => Promise<void> | void;
  /** Awaited after Slack did it: the answer is on its way. */
  after: (call: Call, channelId: string) => Promise<void> | void;
  /** Whether Slack shows the history of its channels. */
  showsHistory: boolean;
  /** The next such call fails, before Slack takes it or while its answer is on the way; any call unless named. */
  failOnce: (when: 'before' | 'after', error: Error, call?: Call) => void;
  /** Holds the next such call, before Slack takes it or while its answer is on the way, until the test releases it. */
  hold: (when: 'before' | 'after', call: Call, channelId?: string) => Held;
}

export function createMessenger(): FakeMessenger {
  let minted = 0;
  const passing = async <T>(call: Call, channelId: string, work: () => T): Promise<T> => {
    slack.calls.push(call);
    await slack.before(call, channelId);
    const result = work();
    await slack.after(call, channelId);
    return result;
  };
  // As the real messenger does: a person's user ID stands for their direct messages.
  const placeOf = (channelId: string): string => (channelId.startsWith('U') ? `D_${channelId}` : channelId);
  const standingAt = ({ channelId, ts }: Posted): StandingMessage => {
    const found = slack.standing.find((one) => one.channelId === placeOf(channelId) && one.ts === ts);
    if (!found) throw new SlackFailure('message_not_found');
    return found;
  };
  const add = (
    channelId: string,
    message: Message,
    options: Parameters<Messenger['message']>[2] = {},
  ): Posted => {
    minted += 1;
    const ts = `1700000000.${String(minted).padStart(6, '0')}`;
    const { mark, threadTs, broadcast = false } = options;
    slack.standing.push({
      channelId,
      ts,
      message,
      threadTs,
      broadcast,
      mark,
      edits: 0,
    });
    return { channelId, ts };
  };
  const unexpected = async (): Promise<never> => {
    throw new Error('The test expects no such call.');
  };
  const slack: FakeMessenger = {
    standing: [],
    files: [],
    calls: [],
    before: () => {},
    after: () => {},
    showsHistory: true,
    failOnce(when, error, call) {
      slack[when] = (made) => {
        if (call !== undefined && made !== call) return;
        slack[when] = () => {};
        throw error;
      };
    },
    hold(when, call, channelId) {
      const reached = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      slack[when] = async (made, madeIn) => {
        if (made !== call || (channelId !== undefined && madeIn !== channelId)) return;
        slack[when] = () => {};
        reached.resolve();
        await released.promise;
      };
      return { reached: reached.promise, release: () => released.resolve() };
    },
    messenger: {
      message: (channelId, message, options) =>
        passing('message', channelId, () => add(placeOf(channelId), message, options)),
      update: (at, message) =>
        passing('update', at.channelId, () => {
          const found = standingAt(at);
          found.message = message;
          found.edits += 1;
        }),
      remove: (at) =>
        passing('remove', at.channelId, () => {
          slack.standing.splice(slack.standing.indexOf(standingAt(at)), 1);
        }),
      findOwn: (channelId, _since, mark, threadTs) =>
        passing('findOwn', channelId, () =>
          slack.showsHistory
            ? slack.standing
                .filter(
                  (one) =>
                    one.channelId === placeOf(channelId) &&
                    // Only a reply that was broadcast is in the channel's history too.
                    (one.broadcast || one.threadTs === threadTs) &&
                    one.mark?.kind === mark.kind &&
                    one.mark.id === mark.id,
                )
                .map(({ ts }) => ts)
            : undefined,
        ),
      upload: async ({ name, content, altText }) => {
        const text = await content.text();
        return passing('upload', '', () => {
          const id = `F${slack.files.length + 1}`;
          slack.files.push({ id, name, content: text, altText, shares: [] });
          return id;
        });
      },
      shareFile: (fileId, { channelId, threadTs }, words) =>
        passing('shareFile', channelId, () => {
          const file = slack.files.find(({ id }) => id === fileId);
          if (!file) throw new SlackFailure('file_not_found');
          file.shares.push({ channelId: placeOf(channelId), threadTs, ...words });
        }),
      isMember: async () => true,
      findFile: (channelId, _since, fileId, threadTs) =>
        passing('findFile', channelId, () =>
          slack.showsHistory
            ? slack.files.some(
                ({ id, shares }) =>
                  id === fileId &&
                  shares.some(
                    (share) => share.channelId === placeOf(channelId) && share.threadTs === threadTs,
                  ),
              )
            : undefined,
        ),
      ephemeral: unexpected,
      reply: unexpected,
      takeBack: unexpected,
      openView: unexpected,
      updateView: unexpected,
      publishHome: unexpected,
      unfurl: unexpected,
      fileToPerson: unexpected,
      permalink: unexpected,
    },
  };
  return slack;
}
