/** Texts of one error code: what happened, what to do, and whether another attempt may help. */
export interface ErrorText {
  readonly message: string
  readonly remedy: string
  readonly retryable: boolean
}
