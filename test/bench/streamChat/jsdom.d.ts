declare module 'jsdom' {
  /** jsdom brings no types; this much of it is used. */
  export class JSDOM {
    constructor(html: string, options?: { url: string; pretendToBeVisual: boolean })
    readonly window: Window & typeof globalThis
  }
}
