/** Tokens travel in URLs and headers; servers cut both off not far above this, and clients refuse more. */
export const maxTokenLength = 8192
