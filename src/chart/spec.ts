/** Owns what a chart of totals looks like: two panels, a line for each status, and gaps where no digest was read. */

import type { TopLevelSpec } from 'vega-lite';
import type { ChartData } from '../payouts/digest/files.ts';
import type { KnownStatus } from '../payouts/links/link.ts';

/** In the bundled font. */
export const FONT = 'DejaVu Sans';
/** Readable on a phone, where the picture is about 390 pixels wide. */
const WIDTH = 540;
const HEIGHT = 200;
/** Slack's dark mode shows the picture as it is: its background is solid, and text has contrast 7 to it. */
const BACKGROUND = '#ffffff';
const INK = '#1d1c1d';
const GRID = '#e8e8e8';
/** Apart for people who see colours differently, and each has a shape of its own. */
const COLOURS: Readonly<Record<KnownStatus, string>> = {
  ISSUED: '#0b6bcb',
  PROCESSING: '#b25a00',
  CLAIMED: '#1a7f37',
  EXPIRED: '#8250df',
  CANCELLED: '#57606a',
};
const SHAPES: Readonly<Record<KnownStatus, string>> = {
  ISSUED: 'circle',
  PROCESSING: 'square',
  CLAIMED: 'triangle-up',
  EXPIRED: 'diamond',
  CANCELLED: 'cross',
};

interface Point {
  /** YYYY-MM-DD. */
  day: string;
  status: KnownStatus;
  /** Null: a gap. */
  count: number | null;
  rupees: number | null;
}

/** One point for each day and status. */
export function pointsOf({ days, statuses, totals }: ChartData): Point[] {
  const found = new Map(totals.map((total) => [`${total.day} ${total.status}`, total]));
  return statuses.flatMap((status) =>
    days.map((day) => {
      const total = found.get(`${day} ${status}`);
      // Of a picture: what a number cannot hold exactly is not seen in it.
      const rupees = total ? Number(total.totalPaise) / 100 : null;
      return { day, status, count: total?.count ?? null, rupees };
    }),
  );
}

/** "24 Oct 2026 to 22 Nov 2026, days in Asia/Kolkata". */
function subtitle({ days, timezone }: ChartData): string {
  const [first, last] = [days[0], days.at(-1)].map((day) => dayWords(day ?? ''));
  return `${first} to ${last}, days in ${timezone}`;
}

const dayWords = (day: string): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });

export function chartSpec(data: ChartData): TopLevelSpec {
  const { statuses } = data;
  const panel = (field: 'count' | 'rupees', title: string, format: Record<string, string>) => ({
    width: WIDTH,
    height: HEIGHT,
    mark: {
      type: 'line' as const,
      point: { filled: true, size: 45 },
      strokeWidth: 2.5,
      invalid: 'break-paths-show-domains' as const,
    },
    encoding: {
      x: {
        field: 'day',
        type: 'ordinal' as const,
        sort: null,
        title: null,
        axis: {
          labelExpr: "utcFormat(utcParse(datum.value, '%Y-%m-%d'), '%-d %b')",
          labelOverlap: 'greedy' as const,
          labelAngle: 0,
          grid: false,
        },
      },
      y: {
        field,
        type: 'quantitative' as const,
        title,
        scale: { zero: true },
        axis: { ...format, tickCount: 5 },
      },
      color: {
        field: 'status',
        type: 'nominal' as const,
        title: null,
        scale: { domain: [...statuses], range: statuses.map((status) => COLOURS[status]) },
      },
      shape: {
        field: 'status',
        type: 'nominal' as const,
        title: null,
        scale: { domain: [...statuses], range: statuses.map((status) => SHAPES[status]) },
      },
    },
  });
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: {
      text: 'Links by status',
      subtitle: subtitle(data),
      anchor: 'start',
      fontSize: 20,
      subtitleFontSize: 15,
      offset: 12,
    },
    background: BACKGROUND,
    padding: 16,
    data: { values: pointsOf(data) },
    vconcat: [
      panel('count', 'Links', { format: ',d' }),
      // In lakhs, as people in India read large sums.
      panel('rupees', '₹ lakh', { labelExpr: "format(datum.value / 100000, ',~r')" }),
    ],
    config: {
      font: FONT,
      customFormatTypes: false,
      title: { color: INK, subtitleColor: INK },
      axis: {
        labelColor: INK,
        titleColor: INK,
        gridColor: GRID,
        domainColor: INK,
        tickColor: INK,
        labelFontSize: 15,
        titleFontSize: 15,
      },
      legend: { labelColor: INK, labelFontSize: 15, orient: 'top', symbolSize: 90 },
      view: { stroke: null },
    },
  };
}
