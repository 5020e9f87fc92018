/** Owns opening the page's address where somebody sits in front of a browser. */

import { spawn } from 'node:child_process';

export interface Sitting {
  isTerminal: boolean;
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
}

/** The command that opens an address; undefined where nobody would see it: in a pipe, in CI, over SSH, without a desktop. */
export function opener({ isTerminal, env, platform }: Sitting): string | undefined {
  if (!isTerminal || env.CI || env.SSH_CONNECTION || env.SSH_TTY) return undefined;
  if (platform === 'darwin') return 'open';
  return platform === 'linux' && (env.DISPLAY || env.WAYLAND_DISPLAY) ? 'xdg-open' : undefined;
}

/** That there is no such command is no failure: the address was printed. */
export function openBrowser(command: string, url: string): void {
  const child = spawn(command, [url], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
