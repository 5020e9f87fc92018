/** Owns the way of one Web API call: who asks, what Slack would refuse, emulate's answer, and what people then see. */

import type { Board } from './board.ts';
import { CHAT_METHODS } from './chat-methods.ts';
import { FILE_METHODS } from './file-methods.ts';
import type { JsonObject } from './json.ts';
import { PEOPLE_METHODS } from './people-methods.ts';
import type { Passes } from './passes.ts';
import { failure } from './refusal.ts';
import type { Upstream } from './upstream.ts';
import { VIEW_METHODS } from './view-methods.ts';
import type { ChannelProfile, GroupProfile, PersonProfile } from './workspace.ts';

/** What one method may touch. */
export interface MethodContext {
  body: JsonObject;
  board: Board;
  passes: Passes;
  scopes: readonly string[];
  people: readonly PersonProfile[];
  channels: readonly ChannelProfile[];
  groups: { list: readonly GroupProfile[]; planUpgradeRequired: boolean };
  /** Emulate's answer to this method, with this token. */
  ask(body?: JsonObject): Promise<JsonObject>;
  upstream: Upstream;
  botToken: string;
}

export type Method = (context: MethodContext) => Promise<JsonObject> | JsonObject;

const METHODS: Readonly<Record<string, Method>> = {
  ...CHAT_METHODS,
  ...FILE_METHODS,
  ...PEOPLE_METHODS,
  ...VIEW_METHODS,
};

export interface Tokens {
  botToken: string;
  appToken: string;
  openConnection: () => string | undefined;
}

export async function answerMethod(
  name: string,
  token: string,
  tokens: Tokens,
  context: MethodContext,
): Promise<JsonObject> {
  // Emulate takes any token at all for its first user, so tokens are judged here.
  if (token === '') return failure('not_authed');
  if (token !== tokens.botToken && token !== tokens.appToken) return failure('invalid_auth');
  if ((token === tokens.appToken) !== (name === 'apps.connections.open'))
    return failure('not_allowed_token_type');
  if (name === 'apps.connections.open') {
    const url = tokens.openConnection();
    return url === undefined ? failure('internal_error') : { ok: true, url };
  }
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  return method ? await method(context) : await context.ask();
}
