/** Owns how the page writes times: always IST, whatever this machine's zone is. */

const formatter = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Kolkata', ...options });

const MINUTE = formatter({ hour: '2-digit', minute: '2-digit', hour12: false });
const SECOND = formatter({ hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
const SHORT_DAY = formatter({ weekday: 'short', day: 'numeric', month: 'short' });
const LONG_DAY = formatter({ weekday: 'long', day: 'numeric', month: 'long' });

/** "09:58". */
export const minute = (at: number): string => MINUTE.format(at);
/** "09:58:07". */
export const second = (at: number): string => SECOND.format(at);
/** "Mon 23 Nov". */
export const shortDay = (at: number): string => SHORT_DAY.format(at).replace(',', '');
/** "Monday 23 November". */
export const longDay = (at: number): string => LONG_DAY.format(at).replace(',', '');
