/** An option is wrong. It is thrown when the option is set, not when it first does harm. */
export class OptionFault extends RangeError {
  override readonly name = 'OptionFault';
}

/** @throws OptionFault unless `value` is a whole number of at least `min`. */
export function wholeNumber(option: string, value: number, min: number): number {
  if (!Number.isSafeInteger(value) || value < min)
    throw new OptionFault(`${option} must be a whole number of at least ${min}, not ${value}`);
  return value;
}

/** @throws OptionFault unless `value` is a finite number of at least `min`; `Infinity` passes where `orInfinity` says so. */
export function numberFrom(option: string, value: number, min: number, { orInfinity = false } = {}): number {
  if (Number.isNaN(value) || value < min || (value === Infinity && !orInfinity))
    throw new OptionFault(`${option} must be a number of at least ${min}, not ${value}`);
  return value;
}

/** @throws OptionFault when one name is used with two sets of options: the second would be ignored in silence. */
export function sameOptions<T extends object>(owner: string, known: T, given: T): void {
  if (known === given) return;
  for (const key of Object.keys(known) as (keyof T & string)[])
    if (known[key] !== given[key]) throw new OptionFault(`${owner} already exists with another ${key}`);
}
