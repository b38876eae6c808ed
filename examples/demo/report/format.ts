const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `12,345`; blank for 0, so that what is there stands out. */
export function count(value: number): string {
  return value === 0 ? '' : whole.format(value);
}

/** US dollars without the sign, to a ten-thousandth of a cent. */
export function usd(value: number): string {
  return value.toFixed(6);
}

/** `37 %`; blank when there is nothing to take a share of. */
export function percent(part: number, all: number): string {
  return all === 0 ? '' : `${Math.round((100 * part) / all)} %`;
}
