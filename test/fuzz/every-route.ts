/** Owns one delivery for each route, valid in all that it carries, taken from the routes themselves. */

import type { SlackMessage, SlackView } from '../../fakes/slack/board.ts';
import type { Delivered } from '../../fakes/slack/deliveries.ts';
import type { JsonObject } from '../../fakes/slack/json.ts';
import type { Person } from '../../fakes/slack/person.ts';
import { ACTION_IDS, type ActionId, SHORTCUT_IDS, VIEW_IDS } from '../../src/slack/block-kit/ids.ts';
import { encodeRowChoice, ROW_CHOICES } from '../../src/slack/block-kit/row-values.ts';
import { buttonRoute, clickOf } from '../../src/slack/button-routes.ts';
import { formRoute } from '../../src/slack/form-routes.ts';
import { parseCommand } from '../../src/slack/parse/parse.ts';
import { type Access, accessOf } from '../../src/slack/routes.ts';
import { shortcutRoute } from '../../src/slack/shortcut-routes.ts';
import { type Carrier, carriedBy } from '../slack/carried.ts';
import { forgedAction, forgedView } from './forge.ts';

type Change = (payload: JsonObject) => JsonObject;
const unchanged: Change = (payload) => payload;

export interface Entrance extends Access {
  /** For messages of the test. */
  name: string;
  /** `change`: of what Slack would send. */
  deliver: (person: Person, change?: Change) => Promise<Delivered>;
}

export interface Places {
  /** Has a button `Refresh`. */
  message: SlackMessage;
  /** Has inputs that take nothing. */
  form: SlackView;
}

const DAY = '2026-11-20';

export function everyEntrance(carrier: Carrier, places: Places): Entrance[] {
  return [...commands(carrier), ...buttons(carrier, places), ...forms(carrier, places), ...shortcuts(places)];
}

function accessTo(text: string): Access {
  const parsed = parseCommand(text, DAY);
  if (!parsed.ok) throw new Error(parsed.problem);
  return accessOf(parsed.command);
}

function commands(carrier: Carrier): Entrance[] {
  const ofDigest = ['digest list', 'digest subscribe', 'digest unsubscribe'];
  return [...Object.values(carriedBy(carrier).commands), ...ofDigest].map((text) => ({
    name: `/payout ${text}`,
    ...accessTo(text),
    deliver: (person, change = unchanged) => person.command('/payout', text, { forge: change }),
  }));
}

function buttons(carrier: Carrier, { message }: Places): Entrance[] {
  const { blocks } = message;
  const { seal, linkId } = carrier;
  const { values } = carriedBy(carrier);
  const { rowMenu, helpRun } = ACTION_IDS;
  const press = (id: ActionId, value: string, { subject, may }: Access): Entrance => ({
    name: `button ${id} ${value}`,
    subject,
    may,
    deliver(person, change = unchanged) {
      // An earlier click may have replaced it.
      message.blocks = blocks;
      const forge: Change = (sent) => change(forgedAction({ action_id: id, value })(sent));
      return person.click(message, 'Refresh', { forge });
    },
  });
  return [
    ...Object.values(ACTION_IDS).map((id) => press(id, values[id], buttonRoute(id))),
    // What these carry decides who may press them.
    ...ROW_CHOICES.map((choice) => {
      const value = encodeRowChoice(choice, linkId);
      return press(rowMenu, value, buttonRoute(clickOf(rowMenu, value).actionId));
    }),
    ...['list', `cancel ${linkId} paid twice`, `export links ${DAY}`].map((text) =>
      press(helpRun, seal.seal(text), accessTo(text)),
    ),
  ];
}

function forms(carrier: Carrier, { form }: Places): Entrance[] {
  const { metadata, entered } = carriedBy(carrier);
  return Object.values(VIEW_IDS).map((id) => {
    const { subject, may } = formRoute(id);
    const forge = forgedView({
      callback_id: id,
      private_metadata: metadata[id],
      state: { values: entered },
    });
    return {
      name: `form ${id}`,
      subject,
      may,
      async deliver(person, change = unchanged) {
        // However often it is submitted.
        form.isOpen = true;
        return person.submit(form, {}, { forge: (sent) => change(forge(sent)), lenient: true });
      },
    };
  });
}

function shortcuts({ message }: Places): Entrance[] {
  return Object.values(SHORTCUT_IDS).map((id) => {
    const { subject, may } = shortcutRoute(id);
    return {
      name: `shortcut ${id}`,
      subject,
      may,
      deliver: (person, change = unchanged) =>
        person.shortcut(id, { forge: change, ...(id === SHORTCUT_IDS.findLinks && { message }) }),
    };
  });
}
