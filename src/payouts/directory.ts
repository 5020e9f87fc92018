/** Owns Slack's people and groups as the rules see them: types alone. */

/** What a person is to this workspace; a `stranger` belongs to another one (Slack Connect). */
export type PersonKind = 'member' | 'guest' | 'bot' | 'deactivated' | 'stranger';

/** Who people are and who belongs to a Slack user group; with `since`, as Slack reports it at that moment or later. */
export interface Directory {
  /** Rejects with Unavailable when Slack does not answer. */
  person(userId: string, since?: number): Promise<PersonKind>;
  /** The name they go by, which is text from outside; undefined when Slack does not answer. */
  name(userId: string): Promise<string | undefined>;
  /** The group's user IDs; rejects with Unavailable when Slack does not answer. */
  groupMembers(groupId: string, since?: number): Promise<ReadonlySet<string>>;
}
