/** Owns what Slack hands out for a short while: trigger ids (3 s, one use) and response_urls (30 min, five uses). */

import { LIMITS } from '../../src/slack/block-kit/limits.ts';
import type { SlackMessage } from './board.ts';

export interface ResponsePass {
  url: string;
  userId: string;
  channel: string;
  /** The message with the button; for a command, what was last posted through this address. */
  original: SlackMessage | undefined;
  uses: number;
  expiresAt: number;
  /** Everything posted through it, in order. */
  posted: SlackMessage[];
}

interface Trigger {
  userId: string;
  viewId: string | undefined;
  expiresAt: number;
  used: boolean;
}

type ResponsePassStart = Pick<ResponsePass, 'userId' | 'channel' | 'original'>;

export interface Passes {
  mintTrigger(userId: string, viewId?: string): string;
  /** Marks it used, or says why not, in Slack's word. */
  exchange(triggerId: string): { userId: string; viewId: string | undefined } | { error: string };
  mintResponseUrl(kind: 'commands' | 'actions', start: ResponsePassStart): ResponsePass;
  /** Counts one use, or says why not. */
  use(path: string): ResponsePass | { error: 'used_url' | 'expired_url' | 'no_such_url' };
}

export function createPasses(origin: string, teamId: string, now: () => number): Passes {
  const triggers = new Map<string, Trigger>();
  const urls = new Map<string, ResponsePass>();
  return {
    mintTrigger(userId, viewId) {
      const id = `${Math.floor(now() / 1_000)}.${triggers.size + 1}.trigger`;
      triggers.set(id, { userId, viewId, expiresAt: now() + LIMITS.triggerMs, used: false });
      return id;
    },
    exchange(triggerId) {
      const trigger = triggers.get(triggerId);
      if (!trigger) return { error: 'invalid_trigger_id' };
      if (trigger.used) return { error: 'exchanged_trigger_id' };
      if (now() >= trigger.expiresAt) return { error: 'expired_trigger_id' };
      trigger.used = true;
      return { userId: trigger.userId, viewId: trigger.viewId };
    },
    mintResponseUrl(kind, start) {
      const path = `/${kind}/${teamId}/${urls.size + 1}/response`;
      const expiresAt = now() + LIMITS.responseUrlMs;
      const pass: ResponsePass = { ...start, url: origin + path, uses: 0, expiresAt, posted: [] };
      urls.set(path, pass);
      return pass;
    },
    use(path) {
      const pass = urls.get(path);
      if (!pass) return { error: 'no_such_url' };
      if (now() >= pass.expiresAt) return { error: 'expired_url' };
      if (pass.uses >= LIMITS.responseUrlUses) return { error: 'used_url' };
      pass.uses += 1;
      return pass;
    },
  };
}
