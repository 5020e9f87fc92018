/** Owns where a dialog stands that belongs to the phone: on its screen, where the phone is seen. */

/** Inside of the frame's border, and below the line with the time. */
const EDGE_PX = 10;
const TOP_PX = 34;

export function placeOn(dialog: HTMLDialogElement, isPhone: boolean): void {
  const frame = document.querySelector('.frame');
  dialog.removeAttribute('style');
  dialog.classList.toggle('on-phone', isPhone);
  if (!isPhone || !(frame instanceof HTMLElement) || frame.offsetParent === null) return;
  const { left, top, width, height, bottom } = frame.getBoundingClientRect();
  Object.assign(dialog.style, {
    left: `${left + EDGE_PX}px`,
    top: 'auto',
    bottom: `${innerHeight - bottom + EDGE_PX}px`,
    width: `${width - 2 * EDGE_PX}px`,
    maxWidth: 'none',
    maxHeight: `${Math.min(height, bottom - top) - TOP_PX - EDGE_PX}px`,
    margin: '0',
  });
}
