/** A request that the server refused, or that it could not serve for as long as the client tried. */
export class DucatError extends Error {
  override readonly name = "DucatError";
  constructor(
    /** The status of the response; 0 where none came. */
    readonly status: number,
    /** What to match on: `insufficient_funds`, `outcome_unknown`, … It is `no_response` where none came. */
    readonly code: string,
    detail: string,
    /** The whole problem document. */
    readonly problem: Record<string, unknown> = {},
    /**
     * Whether it is not known if the command was done, because one of the attempts had no response. Submit the same command
     * again: it counts once.
     */
    readonly isOutcomeUnknown: boolean = false,
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }
}
