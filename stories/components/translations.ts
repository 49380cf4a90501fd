import type { ChatAuthLabels } from '../../src/index.js'

/** German, as far as the stories show it. */
export const german: Partial<ChatAuthLabels> = {
  title: 'Dein Chat-Konto',
  kinds: { user: 'Mitglied', guest: 'Gast', anonymous: 'Leser' },
  anonymousName: 'Ohne Konto unterwegs',
  signedOutName: 'Nicht im Chat angemeldet',
  signedOutHint: 'Wie möchtest du weitermachen?',
  connected: 'Verbunden',
  connecting: 'Verbinde …',
  reconnecting: 'Verbinde neu …',
  connectedFor: (span) => `seit ${span}`,
  renewsIn: (span) => `wird in ${span} erneuert`,
  refresh: 'Jetzt erneuern',
  switchAccount: 'Konto wechseln',
  continueAsGuest: 'Als Gast weiter',
  browseAnonymously: 'Ohne Konto lesen',
  logOut: 'Vom Chat abmelden',
  nowConnected: (name) => `Verbunden als ${name}`,
  nowDisconnected: 'Vom Chat abgemeldet',
}

/** Hebrew, for right-to-left. */
export const hebrew: Partial<ChatAuthLabels> = {
  title: 'חשבון הצ׳אט שלך',
  kinds: { user: 'חבר', guest: 'אורח', anonymous: 'קורא' },
  signedOutName: 'לא מחובר לצ׳אט',
  signedOutHint: 'איך להמשיך?',
  connected: 'מחובר',
  connecting: 'מתחבר…',
  reconnecting: 'מתחבר מחדש…',
  connectedFor: (span) => `מזה ${span}`,
  renewsIn: (span) => `יחודש בעוד ${span}`,
  refresh: 'רענון עכשיו',
  switchAccount: 'החלפת חשבון',
  continueAsGuest: 'להמשיך כאורח',
  browseAnonymously: 'לקרוא בלי חשבון',
  logOut: 'התנתקות מהצ׳אט',
  nowConnected: (name) => `מחובר בתור ${name}`,
}
