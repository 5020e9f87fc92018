/** Owns how a picture is looked at: on what, by day or by night. */

export interface Look {
  device: 'desktop' | 'phone';
  theme: 'light' | 'dark';
}

export const LOOKS: readonly Look[] = (['desktop', 'phone'] as const).flatMap((device) =>
  (['light', 'dark'] as const).map((theme) => ({ device, theme })),
);

/** Of the page, in CSS pixels. */
export const VIEWPORTS = {
  desktop: { width: 1280, height: 896 },
  phone: { width: 390, height: 932 },
} as const;
