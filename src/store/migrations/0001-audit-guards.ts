/** Owns what keeps the audit append-only inside the database. History, as `0001-first-tables.ts`, which runs it. */

export const SQLITE_GUARDS = [
  `create trigger audit_no_update before update on audit
     begin select raise(abort, 'the audit is append-only'); end`,
  `create trigger audit_no_delete before delete on audit
     begin select raise(abort, 'the audit is append-only'); end`,
  // SQLite's REPLACE removes the old row without firing the delete trigger.
  `create trigger audit_no_replace before insert on audit
     when exists (select 1 from audit where sequence = new.sequence)
     begin select raise(abort, 'the audit is append-only'); end`,
];

export const POSTGRES_GUARDS = [
  `create function audit_is_append_only() returns trigger language plpgsql as
     $$ begin raise exception 'the audit is append-only'; end $$`,
  `create trigger audit_no_change before update or delete on audit
     for each row execute function audit_is_append_only()`,
  `create trigger audit_no_truncate before truncate on audit
     for each statement execute function audit_is_append_only()`,
];
