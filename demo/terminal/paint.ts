/** Owns colours: for a terminal alone, and never when NO_COLOR asks for none. */

export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

export function createPaint(
  out: { isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  const coloured = out.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  const sign =
    (on: number, off: number) =>
    (text: string): string =>
      coloured ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return { bold: sign(1, 22), dim: sign(2, 22), good: sign(32, 39), bad: sign(31, 39) };
}
