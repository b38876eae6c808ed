/** What we added to a request of the caller's. A server that refuses it is asked again without it. */
export interface Addition {
  /**
   * Takes it out of a body that is yet to be sent, by default the one it was put into. Returns
   * whether the body is now as it would be without us.
   */
  takeBack(body?: unknown): boolean;
  /** Whether the text of a refusal is about it. */
  isNamedIn(text: string): boolean;
  /** The server took the same request without it, so it is not to be added there again. */
  isUnwelcome(): void;
}
