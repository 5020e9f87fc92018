/** Owns the meaning of Slack's error words: what ends, what closes, what never fits, and what may pass. */

import { expect, test } from 'vitest';
import {
  isContentRefused,
  isMessageGone,
  isPlaceClosed,
  isTokenRefused,
} from '../../../src/slack/api/error-codes.ts';

const MEANINGS = {
  token: isTokenRefused,
  gone: isMessageGone,
  closed: isPlaceClosed,
  content: isContentRefused,
};
const meaningOf = (code: string): string[] =>
  Object.entries(MEANINGS).flatMap(([name, holds]) => (holds(code) ? [name] : []));

test.each([
  ['invalid_auth', ['token']],
  ['account_inactive', ['token']],
  ['token_revoked', ['token']],
  ['message_not_found', ['gone']],
  // The channel of a message that stood there was deleted: an edit is hopeless, and so is a new message.
  ['channel_not_found', ['gone', 'closed']],
  ['restricted_action_thread_only_channel', ['closed']],
  ['restricted_action_non_threadable_channel', ['closed']],
  ['user_not_in_channel', ['closed']],
  ['messages_tab_disabled', ['closed']],
  ['cannot_dm_bot', ['closed']],
  ['user_disabled', ['closed']],
  ['msg_blocks_too_long', ['content']],
  ['invalid_blocks', ['content']],
  ['ratelimited', []],
  ['internal_error', []],
  ['unreachable', []],
  ['constructor', []],
])('%s means %j', (code, meaning) => {
  expect(meaningOf(code)).toEqual(meaning);
});
