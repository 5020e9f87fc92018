/** Owns who is paid in the local InstantPay, and for what: invented names, numbers and addresses. */

export interface Person {
  name: string;
  email: string;
  mobile: string;
}

const FIRST = (
  'Aarav Aditi Ananya Arjun Bhavna Chetan Deepika Dhruv Farhan Gayatri Harish Imran Ishita Jyoti ' +
  'Karthik Kavya Lakshmi Manoj Meera Nikhil Pooja Pranav Rahul Rekha Rohan Sanjana Shreya Suresh ' +
  'Tanvi Vikram'
).split(' ');
const LAST = (
  'Agarwal Banerjee Chauhan Desai Fernandes Ghosh Gupta Iyer Joshi Kapoor Khan Kulkarni Menon ' +
  'Mishra Nair Patel Pillai Rao Reddy Sharma Shetty Singh Sinha Thomas Verma'
).split(' ');
const MAIL_HOSTS = ['mail.example', 'post.example', 'inbox.example'];

export const PURPOSES: { purpose: string; description: string; fromRupees: number; toRupees: number }[] = [
  {
    purpose: 'vendor payment',
    description: 'Invoice for packing material',
    fromRupees: 8_000,
    toRupees: 500_000,
  },
  {
    purpose: 'vendor payment',
    description: 'Transport charges, Bhiwandi to Pune',
    fromRupees: 2_500,
    toRupees: 90_000,
  },
  { purpose: 'refund', description: 'Order returned by the customer', fromRupees: 1, toRupees: 6_000 },
  { purpose: 'refund', description: 'Security deposit', fromRupees: 5_000, toRupees: 60_000 },
  {
    purpose: 'salary advance',
    description: 'Advance against this month',
    fromRupees: 5_000,
    toRupees: 45_000,
  },
  {
    purpose: 'claim settlement',
    description: 'Motor claim, workshop bill',
    fromRupees: 4_000,
    toRupees: 220_000,
  },
  { purpose: 'claim settlement', description: 'Hospital cash benefit', fromRupees: 1_500, toRupees: 50_000 },
  { purpose: 'reimbursement', description: 'Travel and lodging', fromRupees: 300, toRupees: 28_000 },
  {
    purpose: 'incentive',
    description: 'Dealer incentive for the quarter',
    fromRupees: 1_000,
    toRupees: 75_000,
  },
];

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<Item>(items: readonly Item[], random: () => number): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

/** So many different people. */
export function makePeople(count: number, random: () => number): Person[] {
  const people = new Map<string, Person>();
  while (people.size < count) {
    const name = `${pick(FIRST, random)} ${pick(LAST, random)}`;
    const email = `${name.toLowerCase().replace(' ', '.')}@${pick(MAIL_HOSTS, random)}`;
    const mobile = pick(['6', '7', '8', '9'], random) + String(Math.floor(random() * 1e9)).padStart(9, '0');
    if (!people.has(name)) people.set(name, { name, email, mobile });
  }
  return [...people.values()];
}
