/** What a page is told that loads the server's entry. */
export const browserMessage =
  'react-chat-auth/server was loaded in a browser. It signs with the API secret, which must never reach one: whoever reads it can be any user. Import it on the server only, and fetch tokens with httpTokenProvider.'
