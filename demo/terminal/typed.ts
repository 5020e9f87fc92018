/** Owns what Slack makes of a typed command before Payout Desk gets it: signs escaped, mentions and addresses wrapped. */

/** The people and channels that can be mentioned. */
interface Mentionable {
  people: Readonly<Record<string, { id: string; handle: string }>>;
  channels: Readonly<Record<string, { id: string; name: string }>>;
}

/** As the manifest's `should_escape: true` has it. */
export function asSlackSends(text: string, mentionable: Mentionable): string {
  const people = Object.values(mentionable.people);
  const channels = Object.values(mentionable.channels);
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/(^|\s)https?:\/\/[^\s<>]+/g, (whole, before: string) => `${before}<${whole.trimStart()}>`)
    .replace(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, (address) => `<mailto:${address}|${address}>`)
    .replace(/(^|\s)@(channel|here|everyone)\b/g, '$1<!$2>')
    .replace(/(^|\s)@([a-z][\w.-]*)/g, (whole, before: string, handle: string) => {
      const person = people.find((one) => one.handle === handle);
      return person ? `${before}<@${person.id}|${person.handle}>` : whole;
    })
    .replace(/(^|\s)#([a-z][\w-]*)/g, (whole, before: string, name: string) => {
      const channel = channels.find((one) => one.name === name);
      return channel ? `${before}<#${channel.id}|${channel.name}>` : whole;
    });
}
