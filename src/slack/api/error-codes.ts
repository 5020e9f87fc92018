/** Owns what Slack's error codes mean; a code in no list here may be temporary, so the call is retried. */

/** The token is not valid any more: an administrator must replace it. */
const TOKEN_REFUSED: ReadonlySet<string> = new Set([
  'account_inactive',
  'invalid_auth',
  'not_allowed_token_type',
  'not_authed',
  'team_access_not_granted',
  'token_expired',
  'token_revoked',
]);

/** The message cannot be edited: it is gone, or its channel is. */
const MESSAGE_GONE: ReadonlySet<string> = new Set([
  'cant_update_message',
  'channel_not_found',
  'edit_window_closed',
  'message_not_found',
  'thread_not_found',
]);

/** Nothing can be posted there until somebody changes the channel or the person. */
const PLACE_CLOSED: ReadonlySet<string> = new Set([
  'access_denied',
  'cannot_dm_bot',
  'cannot_reply_to_message',
  'channel_not_found',
  'channel_type_not_supported',
  'ekm_access_denied',
  'is_archived',
  'is_inactive',
  'message_limit_exceeded',
  'messages_tab_disabled',
  'no_permission',
  'not_in_channel',
  'restricted_action',
  'restricted_action_non_threadable_channel',
  'restricted_action_read_only_channel',
  'restricted_action_thread_locked',
  'restricted_action_thread_only_channel',
  'user_disabled',
  'user_not_found',
  'user_not_in_channel',
  'user_not_visible',
  'users_not_found',
]);

/** Slack refuses this content every time: only another message helps. */
const CONTENT_REFUSED: ReadonlySet<string> = new Set([
  'attachment_payload_limit_exceeded',
  'block_mismatch',
  'invalid_arguments',
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_metadata_format',
  'invalid_metadata_schema',
  'metadata_too_large',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'too_many_attachments',
]);

/** Of this content: a block, whose kind or part Slack does not take. */
const BLOCK_REFUSED: ReadonlySet<string> = new Set([
  'block_mismatch',
  'invalid_blocks',
  'invalid_blocks_format',
]);

export const isTokenRefused = (code: string): boolean => TOKEN_REFUSED.has(code);
/** For an edit; a new message may still be possible. */
export const isMessageGone = (code: string): boolean => MESSAGE_GONE.has(code);
/** For a new message. */
export const isPlaceClosed = (code: string): boolean => PLACE_CLOSED.has(code);
export const isContentRefused = (code: string): boolean => CONTENT_REFUSED.has(code);
export const isBlockRefused = (code: string): boolean => BLOCK_REFUSED.has(code);
