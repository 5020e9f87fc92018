/** Owns the cells of CSV files: clean text, and nothing that a spreadsheet takes for a formula. */

import { type Options, stringify } from 'csv-stringify/sync';
import { clean, NOTHING } from '../block-kit/text.ts';

/** InstantPay's fields are shorter; a longer text is cut with an ellipsis. */
const CELL_LENGTH = 2_000;

/** One line of clean text: what begins a cell is then what the formula guard sees. */
export function cell(text: string | undefined): string {
  const line = text === undefined ? NOTHING : clean(text, CELL_LENGTH);
  return line === NOTHING ? '' : line;
}

const GUARDED: Options = { escape_formulas: true };

/** Returns the rows without a header, for one part of a file. */
export function csvRows(columns: readonly string[], records: readonly object[]): string {
  return stringify([...records], { ...GUARDED, columns: [...columns] });
}

/** Returns the header. The byte order mark makes spreadsheets read Hindi and ₹ as UTF-8. */
export function csvHeader(columns: readonly string[]): string {
  return stringify([], { header: true, bom: true, columns: [...columns] });
}
