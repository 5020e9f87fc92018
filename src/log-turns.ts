/** Owns when lines of the log leave: those of one turn of the event loop together, since each write is a call of the system. */

import type { DestinationStream } from 'pino';

/**
 * Returns a stream that writes to `out` when the turn of the event loop ends, and what is left when the process ends, however it
 * ends by itself. A process that is killed loses the lines of one turn.
 */
export function turnByTurn(out: DestinationStream): DestinationStream {
  let lines = '';
  const flush = (): void => {
    const text = lines;
    lines = '';
    process.off('exit', flush);
    if (text !== '') out.write(text);
  };
  return {
    write(line) {
      if (lines === '') {
        setImmediate(flush);
        process.on('exit', flush);
      }
      lines += line;
    },
  };
}
