/** Owns the line shown when PostgreSQL cannot be opened: what is wrong and what to do, never a password. */

export const EXPECTED = 'expected postgres://user:password@host:5432/database';

export const NO_DATABASE = 'the database does not exist; create it first';

/** SQLSTATEs (https://www.postgresql.org/docs/current/errcodes-appendix.html) and system errors, with what to do about them. */
const ADVICE: Record<string, string> = {
  ECONNREFUSED: 'connection refused; check the host and port, and that PostgreSQL is running',
  ECONNRESET: 'the connection was reset; check that PostgreSQL listens there',
  ENOTFOUND: 'host not found; check the name',
  EAI_AGAIN: 'the host name cannot be resolved; check the name and the network',
  ETIMEDOUT: 'no response; check the host, the port and the firewall',
  '28P01': 'the user or the password is wrong',
  '28000': 'the user may not connect; check the user and pg_hba.conf',
  '3D000': NO_DATABASE,
  '42501': 'the user may not create tables; grant CREATE on the schema',
  '53300': 'no connection is free; raise max_connections or run fewer replicas',
  '57P03': 'it is starting up or shutting down; try again in a moment',
};

/** Where the database is, as it may be shown. Rejects an address the driver would misunderstand. */
export function readPostgresUrl(databaseUrl: string): string {
  // Not the parser's own error: it carries the whole address, password included.
  if (!URL.canParse(databaseUrl)) throw new Error(`DATABASE_URL: not an address; ${EXPECTED}.`);
  const url = new URL(databaseUrl);
  // Otherwise a part of the password would be read as the host, and shown.
  if (url.hash !== '' || url.pathname.includes('@') || !decodes(url)) {
    throw new Error(
      `DATABASE_URL: special characters in the user or password must be percent-encoded; ${EXPECTED}.`,
    );
  }
  return `${url.host === '' ? 'the local socket' : url.host}${url.pathname}`;
}

function decodes(url: URL): boolean {
  try {
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

export function explainPostgres(place: string, error: unknown): Error {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const message = first instanceof Error ? first.message : String(first);
  const reason = ADVICE[codeOf(first) ?? ''] ?? message;
  return new Error(
    `DATABASE_URL: PostgreSQL at ${place} cannot be used: ${reason.replaceAll(/\s+/g, ' ')}.`,
    {
      cause: error,
    },
  );
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
