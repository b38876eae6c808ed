/** Marks every error of ours that an application can catch; the same symbol in every copy of the package. */
export const COSTSPAN_ERROR: unique symbol = Symbol.for('costspan.error');
