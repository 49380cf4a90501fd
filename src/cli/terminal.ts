/** Surroundings of a command. */
export interface Terminal {
  /** Folder that relative paths start from. */
  folder: string
  /** Prints a text and a line break. */
  out: (text: string) => void
  error: (text: string) => void
}
