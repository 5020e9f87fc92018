/** Owns the demo as a person starts it: a process with a keyboard and a screen, which ends with its test. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';

export interface DemoProcess {
  child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Its temporary files. */
  folder: string;
  /** All it has written so far. */
  readonly output: string;
  type(...lines: string[]): void;
  /** Resolves when these words were written. */
  reads(words: string, withinMs?: number): Promise<void>;
  ended: Promise<number | null>;
}

const MAIN = join(import.meta.dirname, '../../demo/main.ts');

interface Around {
  env: Readonly<Record<string, string>>;
}

export function startDemo(...given: (string | Around)[]): DemoProcess {
  const options = given.filter((one) => typeof one === 'string');
  const around = given.filter((one) => typeof one !== 'string');
  // Its own place for temporary files: a demo that is killed cannot clear up after itself.
  const folder = mkdtempSync(join(tmpdir(), 'demo-process-'));
  const child = spawn(process.execPath, [MAIN, ...options], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      TMPDIR: folder,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      ...Object.assign({}, ...around.map(({ env }) => env)),
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return {
    child,
    folder,
    ended,
    get output() {
      return output;
    },
    type: (...lines) => void child.stdin.write(lines.map((line) => `${line}\n`).join('')),
    async reads(words, withinMs = 20_000) {
      const deadline = Date.now() + withinMs;
      while (!output.includes(words)) {
        if (Date.now() > deadline) throw new Error(`not written: ${words}\n${output}`);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    },
  };
}
