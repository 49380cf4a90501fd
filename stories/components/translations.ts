import type { ConnectionStatusLabels, LogoutSwitchUserLabels } from '../../src/index.js'

export const germanStatus: ConnectionStatusLabels = {
  user: (name) => name,
  guest: (name) => `${name} (Gast)`,
  anonymous: 'anonymer Leser',
  disconnected: 'Niemand ist verbunden',
  connecting: (who) => `Verbinde als ${who} …`,
  connected: (who) => `Verbunden als ${who}`,
  reconnecting: (who) => `Verbinde erneut als ${who} …`,
  paused: (who) => `Pausiert als ${who}`,
  disconnecting: (who) => `Melde ${who} ab …`,
  failed: (who) => `Verbindung als ${who} gescheitert`,
  tokenRefreshing: 'Neues Token wird geholt …',
  tokenExpires: (_, expiresAt) => `Token gültig bis ${expiresAt.toLocaleTimeString('de')}`,
  tokenNeverExpires: 'Token läuft nie ab',
}

export const german: Partial<LogoutSwitchUserLabels> = {
  title: 'Chat-Benutzer',
  status: germanStatus,
  refresh: 'Token erneuern',
  refreshing: 'Token wird erneuert …',
  retry: 'Erneut versuchen',
  logout: 'Abmelden',
  switchUser: 'Benutzer wechseln',
}

export const hebrewStatus: ConnectionStatusLabels = {
  user: (name) => name,
  guest: (name) => `${name} (אורח)`,
  anonymous: 'קורא אנונימי',
  disconnected: 'אף אחד לא מחובר',
  connecting: (who) => `מתחבר בתור ${who}…`,
  connected: (who) => `מחובר בתור ${who}`,
  reconnecting: (who) => `מתחבר מחדש בתור ${who}…`,
  paused: (who) => `בהשהיה בתור ${who}`,
  disconnecting: (who) => `מנתק את ${who}…`,
  failed: (who) => `החיבור בתור ${who} נכשל`,
  tokenRefreshing: 'מביא אסימון חדש…',
  tokenExpires: (_, expiresAt) => `האסימון בתוקף עד ${expiresAt.toLocaleTimeString('he')}`,
  tokenNeverExpires: 'תוקף האסימון לא פג',
}

export const hebrew: Partial<LogoutSwitchUserLabels> = {
  title: 'משתמש הצ׳אט',
  status: hebrewStatus,
  refresh: 'רענון האסימון',
  refreshing: 'מרענן את האסימון…',
  retry: 'ניסיון נוסף',
  logout: 'התנתקות',
  switchUser: 'החלפת משתמש',
}
