/** Owns the names of the people in audit rows, as Slack tells them. */

import { SYSTEM_ACTOR } from './audit-entry.ts';
import type { AuditRow } from './audit-port.ts';
import type { Deps } from './deps.ts';

/** Slack is asked for so many at most: it takes about a hundred a minute, and the IDs are in the file. */
const ASKED_AT_MOST = 50;

/** By user ID; '' where Slack does not tell a name. `known`: asked before. */
export async function namesIn(
  { directory }: Deps,
  rows: readonly AuditRow[],
  known: ReadonlyMap<string, string> = new Map(),
): Promise<Map<string, string>> {
  const names = new Map(known);
  const ids = new Set(rows.flatMap(({ actorId, affectedUserId }) => [actorId, affectedUserId ?? actorId]));
  if (ids.delete(SYSTEM_ACTOR)) names.set(SYSTEM_ACTOR, 'Payout Desk');
  const asked = [...ids].filter((id) => !names.has(id)).slice(0, ASKED_AT_MOST);
  const found = await Promise.all(asked.map(async (id) => [id, await directory.name(id)] as const));
  for (const [id, name] of found) names.set(id, name ?? '');
  return names;
}
