/** Owns the names of all routes, as logs and metrics call them. */

import { ACTION_IDS, SHORTCUT_IDS, VIEW_IDS } from './block-kit/ids.ts';
import { COMMAND_NAMES } from './parse/vocabulary.ts';

export const MESSAGE_IN_PASSING = 'message in passing';

export const ROUTE_NAMES: readonly string[] = [
  ...COMMAND_NAMES.flatMap((name) => [`command ${name}`, `message ${name}`]),
  'command not understood',
  'message not understood',
  MESSAGE_IN_PASSING,
  ...Object.values(ACTION_IDS).map((id) => `button ${id}`),
  'button not known',
  ...Object.values(VIEW_IDS).map((id) => `form ${id}`),
  'form not known',
  ...Object.values(SHORTCUT_IDS).map((id) => `shortcut ${id}`),
  'shortcut not known',
];
