/** Owns numbering what the exploration meets: one frozen copy of each content. */

/** Keeps one copy of each content, frozen, and numbers it. */
export function createShelf<Item extends object>() {
  const items: Item[] = [];
  const numbers = new Map<string, number>();
  const known = new WeakMap<Item, number>();
  return {
    put(item: Item, name?: string): number {
      const before = known.get(item);
      if (before !== undefined) return before;
      const key = name ?? JSON.stringify(item);
      let number = numbers.get(key);
      if (number === undefined) {
        number = items.push(freeze(item)) - 1;
        numbers.set(key, number);
      }
      known.set(item, number);
      return number;
    },
    get(number: number): Item {
      const item = items[number];
      if (!item) throw new Error(`There is no item ${number}.`);
      return item;
    },
    count: () => items.length,
  };
}

/** What is handed to Payout Desk's functions is shared by every path, so nobody may change it. */
function freeze<Item>(item: Item): Item {
  if (typeof item === 'object' && item !== null && !(item instanceof Error)) {
    Object.freeze(item);
    for (const value of Object.values(item)) freeze(value);
  }
  return item;
}
