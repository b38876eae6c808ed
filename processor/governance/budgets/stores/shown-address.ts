/**
 * A store's address without user, password and parameters, for people to read. A password may itself
 * hold an `@`, so all up to the last one is left out.
 */
export function shownAddress(store: string): string {
  return store.replace(/\/\/.*@/su, '//…@').replace(/[#?].*$/su, '');
}
