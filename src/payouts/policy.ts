/** Owns the policy: who has which permission. */

export type Permission = 'look' | 'operate' | 'approve' | 'administer';

export interface Principals {
  /** `*`: everybody in the workspace. */
  everyone: boolean;
  users: ReadonlySet<string>;
  groups: readonly string[];
}

export type Policy = Readonly<Record<Permission, Principals>>;
