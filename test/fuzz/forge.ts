/** Owns changing a delivery into what Slack would never send. */

import { isObject, type JsonObject } from '../../fakes/slack/json.ts';

/** Changes the one action of a click. */
export function forgedAction(changes: JsonObject): (payload: JsonObject) => JsonObject {
  return (payload) => {
    const [action] = Array.isArray(payload['actions']) ? payload['actions'] : [];
    return { ...payload, actions: [{ ...(isObject(action) ? action : {}), ...changes }] };
  };
}

/** Changes the view of a submission. */
export function forgedView(changes: JsonObject): (payload: JsonObject) => JsonObject {
  return (payload) => ({
    ...payload,
    view: { ...(isObject(payload['view']) ? payload['view'] : {}), ...changes },
  });
}

/** Changes the person or the team of anything interactive. */
export function forgedPlace(changes: {
  team?: string;
  userTeam?: string;
}): (payload: JsonObject) => JsonObject {
  return (payload) => ({
    ...payload,
    ...(changes.team && { team: { id: changes.team, domain: 'other' } }),
    ...(changes.userTeam && {
      user: { ...(isObject(payload['user']) ? payload['user'] : {}), team_id: changes.userTeam },
    }),
  });
}
