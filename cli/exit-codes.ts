/** Exit codes that scripts can use. */

/** Done, and nothing is wrong. */
export const EXIT_OK = 0;
/** Done, and something is wrong: a failed check, an unknown model. */
export const EXIT_FINDING = 1;
/** Not done: the command line makes no sense. */
export const EXIT_USAGE = 2;
