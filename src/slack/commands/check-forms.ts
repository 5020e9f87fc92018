/** Owns what is wrong with a submitted form: said in the form, before anything is asked. */

import { isPayoutDeskError } from '../../errors.ts';
import { LINKS_AT_MOST } from '../../payouts/cancel/batch.ts';
import { tooManyLinks } from '../../payouts/cancel/words.ts';
import { composeReason, isPresetReason, readReason } from '../../payouts/cancel/reason.ts';
import { readReasonInput } from '../block-kit/form-metadata.ts';
import { BLOCK_IDS, INPUT_IDS } from '../block-kit/ids.ts';
import { hasBlock, readBoxes, readRadio, readText } from '../block-kit/inputs.ts';

// Read by people.
export const CHOOSE_REASON = 'Select a reason.';
export const CHOOSE_LINK = 'Select at least one link.';

type Wrong = Record<string, string> | undefined;

/** The reason of a rejection or an emergency approval. */
export function checkReason(values: unknown): Wrong {
  return wrongAt(BLOCK_IDS.reason, () => readReason(readReasonInput(values) ?? ''));
}

/** The form that requests a cancellation: the links, and why. */
export function checkCancel(values: unknown): Wrong {
  const preset = readRadio(values, INPUT_IDS.reasonPreset) ?? '';
  if (!isPresetReason(preset)) return { [BLOCK_IDS.reasonPreset]: CHOOSE_REASON };
  const text = readText(values, INPUT_IDS.reasonText);
  return checkChosen(values) ?? wrongAt(BLOCK_IDS.reason, () => readReason(composeReason(preset, text)));
}

/** The choice of links; a form about one link has no boxes. */
export function checkChosen(values: unknown): Wrong {
  const blockId = [BLOCK_IDS.cancelLinks, BLOCK_IDS.cancelChoice].find((id) => hasBlock(values, id));
  if (blockId === undefined) return undefined;
  const chosen = readBoxes(values, INPUT_IDS.cancelLinks).length;
  if (chosen === 0) return { [blockId]: CHOOSE_LINK };
  return chosen > LINKS_AT_MOST ? { [blockId]: tooManyLinks(LINKS_AT_MOST) } : undefined;
}

function wrongAt(blockId: string, read: () => unknown): Wrong {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return { [blockId]: error.message };
  }
}
