/** Owns the keyboard: one line at a time, from a person or a pipe, and text that appears above a waiting prompt. */

import { clearLine, createInterface, cursorTo } from 'node:readline';

export interface Lines {
  /** The next line; undefined once there are no more. */
  ask(prompt: string): Promise<string | undefined>;
  print(text: string): void;
  /** No more lines: a pending question gets none. */
  close(): void;
}

export interface LinesOptions {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
  /** What a half-typed line may become. */
  complete: (line: string) => string[];
}

export function createLines({ input, output, complete }: LinesOptions): Lines {
  const terminal = input.isTTY && output.isTTY;
  const reader = createInterface({
    input,
    ...(terminal && { output }),
    terminal,
    completer: (line: string) => [complete(line), line],
  });
  const typed: string[] = [];
  let waiting: ((line: string | undefined) => void) | undefined;
  let ended = false;
  let question = '';
  const hand = (line: string | undefined): void => {
    const asker = waiting;
    waiting = undefined;
    asker?.(line);
  };
  reader.on('line', (line) => {
    if (waiting) hand(line);
    else typed.push(line);
  });
  reader.on('SIGINT', () => reader.close());
  reader.on('close', () => {
    ended = true;
    hand(undefined);
  });
  return {
    async ask(prompt) {
      question = prompt;
      if (terminal) {
        reader.setPrompt(prompt);
        reader.prompt();
      } else output.write(prompt);
      const line =
        typed.shift() ??
        (ended ? undefined : await new Promise<string | undefined>((resolve) => (waiting = resolve)));
      // A pipe does not echo, and a transcript of answers alone is hard to read.
      if (!terminal) output.write(`${line ?? ''}\n`);
      return line;
    },
    print(text) {
      if (!waiting) output.write(`${text}\n`);
      else if (terminal) {
        clearLine(output, 0);
        cursorTo(output, 0);
        output.write(`${text}\n`);
        reader.prompt(true);
      } else output.write(`\n${text}\n${question}`);
    },
    close: () => reader.close(),
  };
}
