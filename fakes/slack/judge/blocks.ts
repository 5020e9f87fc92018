/** Owns Slack's limits on blocks, for messages, modals and the home tab. */

import { LIMITS } from '../../../src/slack/block-kit/limits.ts';
import type { JsonObject } from '../json.ts';
import { isObject, listOf, objectOf, objectsOf, textOf } from '../json.ts';
import type { Complain } from './complaints.ts';
import {
  checkCount,
  checkLength,
  checkOptionalLength,
  checkProperties,
  checkText,
  checkUnique,
} from './complaints.ts';
import { checkElement, checkImage } from './elements.ts';

export type Surface = 'message' | 'modal' | 'home';

/** Published limits which Payout Desk's own list does not name. */
const MORE = { markdownTotal: 12_000, tableRows: 100, tableColumns: 20, imageTitle: 2_000 } as const;

const EVERYWHERE = [
  'section',
  'divider',
  'image',
  'actions',
  'context',
  'header',
  'rich_text',
  'video',
  'input',
];
const IN_MESSAGES_ALONE = ['markdown', 'table', 'file', 'context_actions'];

export function checkBlocks(blocks: unknown, surface: Surface, complain: Complain): void {
  const max = surface === 'message' ? LIMITS.blocksInMessage : LIMITS.blocksInView;
  if (!Array.isArray(blocks)) return complain('/blocks', 'must be an array');
  if (blocks.length > max) complain('/blocks', `no more than ${max} items allowed`);
  const ids = objectsOf(blocks).map((block) => block.block_id);
  checkUnique(ids, 'block_id', '/blocks', complain);
  blocks.forEach((block, at) => checkBlock(block, surface, `/blocks/${at}`, complain));
  const ofType = (type: string): JsonObject[] => objectsOf(blocks).filter((block) => block.type === type);
  if (ofType('table').length > 1) complain('/blocks', 'only_one_table_allowed');
  const markdown = ofType('markdown').reduce((sum, block) => sum + textOf(block.text).length, 0);
  if (markdown > MORE.markdownTotal)
    complain('/blocks', `markdown must be less than ${MORE.markdownTotal + 1} characters in all`);
}

function checkBlock(block: unknown, surface: Surface, pointer: string, complain: Complain): void {
  if (!isObject(block)) return complain(pointer, 'must be an object');
  const type = String(block.type);
  const allowed = EVERYWHERE.includes(type) || (surface === 'message' && IN_MESSAGES_ALONE.includes(type));
  if (!allowed) return complain(pointer, `unsupported type: ${type}`);
  checkOptionalLength(block.block_id, LIMITS.blockId, `${pointer}/block_id`, complain);
  CHECKS[type]?.(block, pointer, complain);
}

const CHECKS: Readonly<Record<string, (block: JsonObject, pointer: string, complain: Complain) => void>> = {
  section(block, pointer, complain) {
    checkProperties(block, ['type', 'block_id', 'text', 'fields', 'accessory', 'expand'], pointer, complain);
    if (block.text === undefined && block.fields === undefined)
      complain(pointer, 'must have a text or fields');
    if (block.text !== undefined)
      checkText(block.text, LIMITS.sectionText, `${pointer}/text`, complain, 'any');
    if (block.fields !== undefined)
      checkCount(block.fields, LIMITS.sectionFields, `${pointer}/fields`, complain).forEach((field, at) =>
        checkText(field, LIMITS.fieldText, `${pointer}/fields/${at}`, complain, 'any'),
      );
    if (block.accessory !== undefined)
      checkElement(block.accessory, 'accessory', `${pointer}/accessory`, complain);
  },
  header(block, pointer, complain) {
    checkProperties(block, ['type', 'block_id', 'text', 'level'], pointer, complain);
    checkText(block.text, LIMITS.headerText, `${pointer}/text`, complain);
  },
  divider(block, pointer, complain) {
    checkProperties(block, ['type', 'block_id'], pointer, complain);
  },
  context(block, pointer, complain) {
    checkProperties(block, ['type', 'block_id', 'elements'], pointer, complain);
    const elements = checkCount(block.elements, LIMITS.contextElements, `${pointer}/elements`, complain);
    elements.forEach((element, at) => {
      const where = `${pointer}/elements/${at}`;
      if (isObject(element) && element.type === 'image') checkImage(element, where, complain);
      else checkText(element, LIMITS.sectionText, where, complain, 'any');
    });
  },
  actions(block, pointer, complain) {
    checkProperties(block, ['type', 'block_id', 'elements'], pointer, complain);
    const elements = checkCount(block.elements, LIMITS.actionsElements, `${pointer}/elements`, complain);
    elements.forEach((element, at) =>
      checkElement(element, 'actions', `${pointer}/elements/${at}`, complain),
    );
    const ids = elements.map((element) => objectOf(element).action_id);
    checkUnique(ids, 'action_id', `${pointer}/elements`, complain);
  },
  input(block, pointer, complain) {
    checkText(block.label, LIMITS.inputLabel, `${pointer}/label`, complain);
    if (block.hint !== undefined) checkText(block.hint, LIMITS.inputLabel, `${pointer}/hint`, complain);
    checkElement(block.element, 'input', `${pointer}/element`, complain);
  },
  image(block, pointer, complain) {
    checkImage(block, pointer, complain);
    if (block.title !== undefined) checkText(block.title, MORE.imageTitle, `${pointer}/title`, complain);
  },
  markdown(block, pointer, complain) {
    checkLength(block.text, MORE.markdownTotal, `${pointer}/text`, complain);
  },
  table(block, pointer, complain) {
    checkCount(block.rows, MORE.tableRows, `${pointer}/rows`, complain).forEach((row, at) => {
      const where = `${pointer}/rows/${at}`;
      checkCount(row, MORE.tableColumns, where, complain);
      for (const [column, cell] of listOf(row).entries())
        if (objectOf(cell).type === 'raw_text')
          checkLength(objectOf(cell).text, LIMITS.sectionText, `${where}/${column}/text`, complain);
    });
  },
};
