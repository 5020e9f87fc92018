/** Owns what the log keeps of a failure: of Slack's refusals the code, which says all. */

import { SlackFailure } from '../slack/api/client.ts';

export const failureFields = (error: unknown): { code: string } | { error: unknown } =>
  error instanceof SlackFailure ? { code: error.code } : { error };
