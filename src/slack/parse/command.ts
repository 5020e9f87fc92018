/** Owns what a typed command becomes: a command, or what was not understood. Types alone. */

import type { ExportKind } from '../../payouts/exports/run.ts';
import type { KnownStatus } from '../../payouts/links/link.ts';
import type { StuckFor } from '../../payouts/links/stuck.ts';
import type { ListFilter } from '../../payouts/links/list-filter.ts';
import type { LinkTarget } from '../../payouts/links/target.ts';
import type { TransactionQuery } from '../../payouts/transactions/transaction.ts';
import type { CommandName, HelpTopic } from './vocabulary.ts';

/** A link as it was typed, or a transaction with its day. */
export type WatchTarget =
  | { kind: 'link'; link: LinkTarget }
  | { kind: 'transaction'; query: TransactionQuery; time: string | undefined };
/** `show`: as of now; the others are about the digests that the channel gets. */
export type DigestAction = 'show' | 'list' | 'subscribe' | 'unsubscribe';

/** What is to be done with saved lists; `save` keeps the filter of the command. */
export type SavedWish = { kind: 'all' } | { kind: 'save last'; as: string } | { kind: 'save'; as: string };

export type Command =
  | { name: 'help'; about: HelpTopic | undefined }
  | { name: 'whoami' }
  | {
      name: 'track';
      target: LinkTarget;
      /** Typed without a command: what to offer when no link is found. */
      near?: readonly Suggestion[];
    }
  /** Undefined: EXPIRING_WITHIN. */
  | { name: 'expiring'; withinMs: number | undefined }
  /** Undefined: STUCK_AFTER. */
  | { name: 'stuck'; for: StuckFor | undefined }
  /** One link or several. */
  | { name: 'notify'; targets: readonly [LinkTarget, ...LinkTarget[]] }
  | {
      name: 'cancel';
      /** One link or several; empty: the form asks for them. */
      targets: readonly LinkTarget[];
      reason: string | undefined;
      /** Words without quotes: a recipient, perhaps with the reason behind it. */
      loose?: boolean;
    }
  | ({
      name: 'list';
      /** The recipient was named by `contact`: it is no saved list. */
      isContact?: boolean;
      saved?: SavedWish;
    } & ListFilter)
  | {
      name: 'txn';
      externalRef: string;
      /** YYYY-MM-DD. */
      date: string;
      /** HH:MM in IST. */
      time: string | undefined;
      aeps: boolean;
    }
  | { name: 'watch'; target: WatchTarget }
  /** Without a target what the person watches is shown. */
  | { name: 'unwatch'; target: WatchTarget | undefined }
  | { name: 'watches' }
  | {
      name: 'export';
      what: ExportKind;
      /** Of links; empty: every status. */
      statuses: KnownStatus[];
      /** YYYY-MM-DD, both included. */
      from: string;
      to: string;
    }
  | { name: 'digest'; action: DigestAction }
  | { name: 'approvals' }
  /** Undefined: who is away is shown. */
  | { name: 'away'; lend: { deputyId: string; day: string } | undefined }
  | { name: 'back' }
  | {
      name: 'audit';
      linkId: string | undefined;
      actorId: string | undefined;
      /** Requests alone. */
      cancels: boolean;
      /** YYYY-MM-DD, both included; `to` is undefined when rows up to now are meant. */
      from: string | undefined;
      to: string | undefined;
      csv: boolean;
    };

export type CommandOf<Name extends CommandName> = Extract<Command, { name: Name }>;

/** A command that may have been meant, with everything that was typed; a button runs it. */
export interface Suggestion {
  name: CommandName;
  /** As it would be typed after /payout, with Slack’s escapes. It may be private: sealed in the button. */
  typed: string;
  /** For people, masked; plain text only. */
  shown: string;
}

export interface NotUnderstood {
  ok: false;
  /** One sentence; plain text only, since it may quote what was typed. */
  problem: string;
  /** The command whose usage is shown. */
  about: CommandName | undefined;
  suggestions: readonly Suggestion[];
  /** A transaction whose day was not typed: its reference, and everything that was typed. */
  undated?: { reference: string; typed: string };
  /** What `about` needs was not typed at all: a form can ask for it. */
  missing?: true;
}

export type Parsed = { ok: true; command: Command } | NotUnderstood;
