/** Owns Slack's limits, as published and measured (docs/slack-platform.md); no other file states one. */

export const LIMITS = {
  acknowledgeMs: 3_000,
  triggerMs: 3_000,
  responseUrlUses: 5,
  responseUrlMs: 30 * 60_000,
  blocksInMessage: 50,
  blocksInView: 100,
  headerText: 150,
  sectionText: 3_000,
  sectionFields: 10,
  fieldText: 2_000,
  contextElements: 10,
  actionsElements: 25,
  buttonText: 75,
  buttonValue: 2_000,
  url: 3_000,
  accessibilityLabel: 75,
  actionId: 255,
  blockId: 255,
  selectOptions: 100,
  overflowOptions: 5,
  checkboxOptions: 10,
  optionText: 75,
  optionValue: 150,
  placeholder: 150,
  viewTitle: 24,
  viewSubmit: 24,
  privateMetadata: 3_000,
  inputLabel: 2_000,
  plainTextInput: 3_000,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  messageText: 40_000,
  /**
   * All blocks of a chat.postMessage or chat.update together: text plus `blockCost` for each block. Undocumented;
   * refused as `msg_blocks_too_long` above a measured 13,000 (bolt-js #2509, #2867); the budget stays well below.
   */
  messageBudget: 10_000,
  messageRefusedAbove: 13_000,
  /** The same for a view, which Slack refuses as `view_too_large` above 250 kB of JSON, six bytes a character at worst. */
  viewBudget: 20_000,
  blockCost: 125,
  /** Our own limit of a fallback text. */
  summaryText: 3_000,
  fileTitle: 255,
} as const;
