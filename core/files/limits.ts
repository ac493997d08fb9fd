/** Bounds on what a structure file may hold, so that a hostile one is refused before it costs time or memory. */

/** Bytes. The largest training sets in common use are smaller. */
export const maximumBytes = 256 * 1024 * 1024;

/** Characters. No structure format needs a longer line; a file with one is of another kind. */
export const maximumLineLength = 1_000_000;
