/** How many of the leading items find room; when some do not, the button for the rest needs its own. */
export function fitting(widths: readonly number[], room: number, more: number): number {
  const whole = widths.reduce((sum, width) => sum + width, 0);
  if (whole <= room) return widths.length;
  let used = more;
  const at = widths.findIndex((width) => (used += width) > room);
  return Math.max(1, at);
}
