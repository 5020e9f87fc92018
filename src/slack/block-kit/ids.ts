/** Owns the IDs of everything that can be clicked or submitted. */

/** `action_id` of everything that can be clicked. Each has its route in `routes.ts`, which the compiler checks. */
export const ACTION_IDS = {
  linkRefresh: 'link.refresh',
  linkTrack: 'link.track',
  linkRemind: 'link.remind',
  linkCancel: 'link.cancel',
  linkCancelSeveral: 'link.cancel.several',
  /** The menu of a link's row: its choices do what the buttons of a card do. */
  rowMenu: 'row_menu',
  /** Reminders for all links that a message counts. */
  remindAll: 'remind.all',
  /** The boxes of links, and the button that reads them. */
  remindBoxes: 'remind.boxes',
  remindSelected: 'remind.selected',
  /** The list of links that expire soon. */
  expiringShow: 'expiring.show',
  /** The list of links that have been PROCESSING for too long. */
  stuckShow: 'stuck.show',
  stuckNext: 'stuck.next',
  stuckPrevious: 'stuck.previous',
  cancelTryAgain: 'cancel.again',
  linkShare: 'link.share',
  linkReveal: 'link.reveal',
  linkDetails: 'link.details',
  /** The automatic reminders of one link. */
  linkAutoStop: 'link.auto.stop',
  linkAutoAllow: 'link.auto.allow',
  listOlder: 'list.older',
  listNewer: 'list.newer',
  listStatus: 'list.status',
  /** A part of a digest, page by page; the links of a possible duplicate. */
  digestShow: 'digest.show',
  digestOlder: 'digest.older',
  digestNewer: 'digest.newer',
  digestLinks: 'digest.links',
  listSort: 'list.sort',
  /** The page with boxes, and back. */
  listSelect: 'list.select',
  savedShow: 'list.saved.show',
  savedDelete: 'list.saved.delete',
  approvalApprove: 'approval.approve',
  approvalReject: 'approval.reject',
  approvalWithdraw: 'approval.withdraw',
  approvalEmergency: 'approval.emergency',
  approvalShow: 'approval.show',
  /** The boxes of a request for several links: read with the decision. */
  approvalLinks: 'approval.links',
  approvalDetails: 'approval.details',
  approvalAsk: 'approval.ask',
  /** Of a link or a transaction, here and below. */
  watch: 'watch',
  watchStop: 'watch.stop',
  /** Of a file that is being made. */
  exportStop: 'export.stop',
  txnShare: 'txn.share',
  txnCheck: 'txn.check',
  /** Puts a check off to the end of the nightly window. */
  txnLater: 'txn.later',
  txnSupport: 'txn.support',
  /** For a transaction that was typed without its day. */
  txnToday: 'txn.today',
  txnYesterday: 'txn.yesterday',
  /** Schedules of digests: these two open their form. */
  subscriptionNew: 'subscription.new',
  subscriptionChange: 'subscription.change',
  subscriptionPause: 'subscription.pause',
  subscriptionResume: 'subscription.resume',
  subscriptionRemove: 'subscription.remove',
  helpList: 'help.list',
  helpApprovals: 'help.approvals',
  helpDigest: 'help.digest',
  helpCommand: 'help.command',
  helpRun: 'help.run',
  homeRefresh: 'home.refresh',
  homeSelect: 'home.select',
  homeSelectAll: 'home.select_all',
  homeApproveSelected: 'home.approve_selected',
  /** These open the forms of `entry-forms.ts`. */
  formTrack: 'form.track',
  formCancel: 'form.cancel',
  formTxn: 'form.txn',
  formList: 'form.list',
} as const;

/** `block_id`s that carry something, or are read from a form. */
export const BLOCK_IDS = {
  /** The status filter of a list; `list.filter.<sealed contact>` when the list is of one contact. */
  listFilter: 'list.filter',
  /** The buttons of a card somebody shared: `link.shared.<user id>`. */
  linkShared: 'link.shared',
  /** The buttons of a link's details: what they change is shown there. */
  linkDetailsActions: 'link.details.actions',
  /** Boxes of links: `approval.boxes.<index of the first>`. */
  linkBoxes: 'approval.boxes',
  /** Boxes of links to remind: `remind.boxes.<index of the first>`. */
  remindBoxes: 'remind.boxes',
  reason: 'reason',
  reasonPreset: 'reason.preset',
  /** Boxes of links to cancel, and of further links of their recipient; the inputs after the first are numbered. */
  cancelLinks: 'cancel.links',
  /** Of a choice: Slack would keep its selection in the view that follows, were the IDs the same. */
  cancelChoice: 'cancel.choice',
  cancelOthers: 'cancel.others',
  /** The buttons of a request in the list of pending requests: `approvals.row.<index>`. */
  waitingRow: 'approvals.row',
  /** A request that waits for a decision in App Home: `home.request.<ID>.<when all were selected>`. */
  homeRequest: 'home.request',
  /** A row to choose from, with the typed reason: `reason.given.<sealed>`. */
  reasonGiven: 'reason.given',
  /** The inputs of the forms that ask what to look up. */
  entryLink: 'entry.link',
  entryReference: 'entry.reference',
  entryDay: 'entry.day',
  entryTime: 'entry.time',
  entryAeps: 'entry.aeps',
  entryStatuses: 'entry.statuses',
  entryRecipient: 'entry.recipient',
  entryFrom: 'entry.from',
  entryTo: 'entry.to',
  entryOver: 'entry.over',
  entryUnder: 'entry.under',
  entrySort: 'entry.sort',
  /** The inputs of the form that subscribes to a digest. */
  scheduleDays: 'schedule.days',
  scheduleTime: 'schedule.time',
  scheduleZone: 'schedule.zone',
  schedulePurpose: 'schedule.purpose',
  scheduleCron: 'schedule.cron',
} as const;

/** `callback_id` of every form. Each has its route too. */
export const VIEW_IDS = {
  cancelReason: 'cancel.reason',
  cancelChoose: 'cancel.choose',
  remindSelected: 'remind.selected',
  rejectReason: 'approval.reject.reason',
  emergencyReason: 'approval.emergency.reason',
  approveSelected: 'home.approve_selected',
  entryTrack: 'entry.track',
  entryCancel: 'entry.cancel',
  entryTxn: 'entry.txn',
  entryList: 'entry.list',
  askRequester: 'approval.ask.question',
  subscription: 'subscription.form',
} as const;

/** `callback_id` of every shortcut, as the manifest names it. Each has its route too. */
export const SHORTCUT_IDS = {
  track: 'track_link',
  cancel: 'request_cancellation',
  txn: 'check_transaction',
  /** On a message. */
  findLinks: 'find_links',
} as const;

/** Every event that the manifest subscribes to; of messages those to Payout Desk alone (`message.im`). */
export const EVENT_NAMES = [
  'app_home_opened',
  'app_mention',
  'message',
  'link_shared',
  'channel_archive',
  'channel_deleted',
  'channel_left',
  'group_archive',
  'group_deleted',
  'group_left',
] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/** `action_id` of form inputs: read from the submission, never routed. */
export const INPUT_IDS = {
  reasonText: 'reason.text',
  reasonPreset: 'reason.preset',
  cancelLinks: 'cancel.links',
  cancelOthers: 'cancel.others',
  link: 'input.link',
  reference: 'input.reference',
  day: 'input.day',
  time: 'input.time',
  aeps: 'input.aeps',
  statuses: 'input.statuses',
  recipient: 'input.recipient',
  from: 'input.from',
  to: 'input.to',
  over: 'input.over',
  under: 'input.under',
  sort: 'input.sort',
  scheduleDays: 'schedule.days',
  scheduleTime: 'schedule.time',
  scheduleZone: 'schedule.zone',
  schedulePurpose: 'schedule.purpose',
  scheduleCron: 'schedule.cron',
} as const;

export type ActionId = (typeof ACTION_IDS)[keyof typeof ACTION_IDS];
export type ViewId = (typeof VIEW_IDS)[keyof typeof VIEW_IDS];
export type ShortcutId = (typeof SHORTCUT_IDS)[keyof typeof SHORTCUT_IDS];

const ACTIONS: ReadonlySet<string> = new Set(Object.values(ACTION_IDS));
const VIEWS: ReadonlySet<string> = new Set(Object.values(VIEW_IDS));
const SHORTCUTS: ReadonlySet<string> = new Set(Object.values(SHORTCUT_IDS));

/** False for what an old message or a forged request may hold, `constructor` included. */
export const isActionId = (id: string): id is ActionId => ACTIONS.has(id);
export const isViewId = (id: string): id is ViewId => VIEWS.has(id);
export const isShortcutId = (id: string): id is ShortcutId => SHORTCUTS.has(id);
