/** Titles of tests by their file, as one sentence. */
export function namesOf(tests: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(tests)
    .map(([file, titles]) => `\`${file}\`: ${titles.map((title) => `“${title}”`).join(', ')}`)
    .join('; ')
}
