/** Owns the screens of the short tour: each scene on one, long messages clipped, nothing said twice. */

import { stripVTControlCharacters } from 'node:util';

export interface Screens {
  print(text: string): void;
  /** Ends a scene; `whole`: nothing is left out, since something is wrong with it. */
  end(whole: boolean): void;
}

/** As many lines as the smallest terminal has. */
export const SCREEN_LINES = 24;
const SCREEN_COLUMNS = 100;
const LONGEST_MESSAGE = 12;

export function createScreens(print: (text: string) => void): Screens {
  let entries: string[][] = [];
  return {
    print(text) {
      const lines = text.split('\n').filter((line) => !isEmpty(line));
      if (lines.length > 0) entries.push(lines);
    },
    end(whole) {
      const lines = whole ? entries.flat() : fit(once(entries));
      entries = [];
      print(`\n${lines.join('\n')}`);
    },
  };
}

function fit(entries: readonly string[][]): string[] {
  for (let rows = LONGEST_MESSAGE; rows >= 1; rows -= 1) {
    const lines = entries.flatMap((entry) => clip(entry, rows));
    // One more for the empty line above it.
    if (lines.length < SCREEN_LINES) return lines;
  }
  // The oldest messages go first; what people did and what was checked stays.
  const messages = entries.filter(isMessage);
  for (let gone = 1; gone <= messages.length; gone += 1) {
    const left = entries.filter((entry) => !messages.slice(0, gone).includes(entry));
    const lines = left.flatMap((entry) => clip(entry, 1));
    if (lines.length < SCREEN_LINES) return lines;
  }
  return entries.flat().slice(0, SCREEN_LINES - 1);
}

/** Nothing, or a line below a heading. */
function isEmpty(line: string): boolean {
  return /^\s*(\|\s*=+)?\s*$/.test(stripVTControlCharacters(line));
}

/** The same message again, such as to each of five clicks, is counted. */
function once(entries: readonly string[][]): string[][] {
  const counts = new Map<string, number>();
  const keyOf = (entry: readonly string[]): string => entry.slice(0, 2).join('\n');
  for (const entry of entries) counts.set(keyOf(entry), (counts.get(keyOf(entry)) ?? 0) + 1);
  return entries.flatMap((entry) => {
    const count = counts.get(keyOf(entry)) ?? 0;
    counts.delete(keyOf(entry));
    if (count === 0) return [];
    return [count > 1 ? [`${entry[0]} (${count} times)`, ...entry.slice(1)] : entry];
  });
}

const isBarred = (line: string): boolean => stripVTControlCharacters(line).startsWith('    |');
const isMessage = (entry: readonly string[]): boolean => entry.some(isBarred);

/** A message has a line on who sees it where, then its text behind a bar. */
function clip(entry: readonly string[], rows: number): string[] {
  const barred = entry.filter(isBarred);
  const others = entry.filter((line) => !isBarred(line));
  const shown = barred.length > rows + 1 ? barred.slice(0, rows) : barred;
  const left = barred.length - shown.length;
  return [...others, ...shown, ...(left > 0 ? [`    | … ${left} more lines`] : [])].map(narrow);
}

/** A line that is too long would take two. Colours are in short lines alone. */
function narrow(line: string): string {
  const plain = stripVTControlCharacters(line);
  return plain.length > SCREEN_COLUMNS ? `${plain.slice(0, SCREEN_COLUMNS - 1)}…` : line;
}
