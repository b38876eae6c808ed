/** A price file that cannot be used. The message names file, place, value and remedy. */
export class OverlayError extends Error {
  readonly code = 'COSTSPAN_OVERLAY_INVALID';
  /** The file as it was given. */
  readonly file: string;
  /** Where in the file, such as `models[2].rates.input`; empty for the file as a whole. */
  readonly place: string;

  constructor(file: string, place: string, sentence: string, options?: ErrorOptions) {
    super(`${file}: ${place === '' ? '' : `${place} `}${sentence}`, options);
    this.name = 'OverlayError';
    this.file = file;
    this.place = place;
  }
}
