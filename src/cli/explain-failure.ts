/** Owns the line an operator reads when a command or the start fails: what is wrong and what to do. */

import { ConfigError } from '../config.ts';
import { isTokenRefused } from '../slack/api/error-codes.ts';
import { SlackFailure } from '../slack/api/client.ts';

/** What an operator reads when the start fails for the sake of Slack or a port. */
export const START_PROBLEMS = {
  portTaken: (port: string) =>
    `${port} is in use. Set PORT or METRICS_PORT to a free port, or stop the other program.`,
  tokenRejected: (code: string) =>
    `Slack rejects a token (${code}). Check SLACK_BOT_TOKEN, and SLACK_APP_TOKEN in Socket Mode.`,
  slackAway: 'Slack cannot be reached. Check the network and SLACK_API_URL.',
  noConnection: 'Slack did not open a Socket Mode connection in time. Check SLACK_APP_TOKEN and the network.',
} as const;

/** Returns one line, or one for each wrong setting. No stack, no secret. */
export function explainFailure(error: unknown): string {
  if (error instanceof ConfigError) {
    return error.faults.map(({ name, expected }) => `${name}: expected ${expected}.`).join('\n');
  }
  if (error instanceof SlackFailure) return explainSlack(error.code);
  if (!(error instanceof Error)) return 'unknown failure.';
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    const taken = 'port' in error ? `port ${String(error.port)}` : 'the port';
    return START_PROBLEMS.portTaken(taken);
  }
  if (code === 'EACCES')
    return 'no permission to listen on the port. Set PORT and METRICS_PORT to ports above 1023.';
  if (code === 'EADDRNOTAVAIL') return 'HOST is not an address of this machine.';
  return error.message;
}

function explainSlack(code: string): string {
  if (isTokenRefused(code)) return START_PROBLEMS.tokenRejected(code);
  switch (code) {
    case 'unreachable':
      return START_PROBLEMS.slackAway;
    case 'no_connection_in_time':
      return START_PROBLEMS.noConnection;
    default:
      return `Slack returned ${code}. Check SLACK_BOT_TOKEN and SLACK_API_URL.`;
  }
}
