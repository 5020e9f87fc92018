/** Owns what the doctor answers: one finding a question. */

export interface Finding {
  /** `warn`: works, but should be reviewed; `fail`: does not work. */
  verdict: 'ok' | 'warn' | 'fail';
  about: string;
  detail: string;
}
