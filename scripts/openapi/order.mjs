/** Orders texts by code units: the same on every machine, whatever its language. */
export function byText(a, b) {
  return a < b ? -1 : Number(a > b);
}
