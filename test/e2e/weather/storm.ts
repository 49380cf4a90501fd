import { setTimeout as passed } from 'node:timers/promises'
import { noFaults } from '../../../src/testing/controls/faults.js'
import type { Spell, Weather } from './spells.js'
import { users, type Station } from './station.js'

/** Plays the spells in turn; afterwards the weather is clear, with what it has broken still broken. */
export async function playSpells(station: Station, spells: readonly Spell[]): Promise<void> {
  for (const { weather, forMs, clearMs, tokenSeconds } of spells) {
    station.backend.tokenEndpoint.expiresInSeconds = tokenSeconds
    station.played.push(new Date().toISOString().slice(14, 23))
    await begin(station, weather)
    await passed(forMs)
    await clear(station)
    await passed(clearMs)
  }
}

async function clear({ backend, line, upstream, nginx, pages, showTokenPage }: Station) {
  Object.assign(backend.faults, noFaults)
  Object.assign(backend.tokenEndpoint, { fault: null, slowMs: 0 })
  showTokenPage(null)
  nginx?.setMaintenance(false)
  await upstream?.clear()
  await line.clear()
  await Promise.all(pages.map((page) => page.context().setOffline(false)))
}

async function begin(station: Station, weather: Weather): Promise<void> {
  const { backend, line, upstream, nginx, pages } = station
  const report = (isOnline: boolean | null) =>
    Promise.all(
      pages.map((page) => page.evaluate((is) => window.weather.reportNetwork(is), isOnline)),
    )

  switch (weather.kind) {
    case 'pace':
      line.pace = weather.pace
      return
    case 'reset':
      return line.reset(weather.what)
    case 'cut':
      return line.cut(weather.how)
    case 'newcomers':
      await line.admit(weather.fate)
      if (weather.alsoReset) line.reset('all')
      return
    case 'cut-off':
      line.cut('both')
      return line.admit(weather.fate)
    case 'token-fault':
      backend.tokenEndpoint.fault = weather.fault
      return
    case 'token-page':
      return station.showTokenPage(weather.page)
    case 'token-slow':
      backend.tokenEndpoint.slowMs = weather.slowMs
      return
    case 'backend':
      Object.assign(backend.faults, weather.faults)
      return
    case 'close':
      return backend.dropConnections({ code: weather.code })
    case 'expire':
      backend.socketExpiry = weather.how
      await Promise.all(users.map((userId) => backend.expireToken(userId)))
      return
    case 'lie':
      await report(false)
      // It stays reported until another spell says otherwise, and the sockets are gone meanwhile.
      return line.reset('sockets')
    case 'offline':
      await Promise.all(pages.map((page) => page.context().setOffline(true)))
      return
    case 'flicker':
      for (const isOnline of [false, true, false, true, null]) await report(isOnline)
      return
    case 'reload':
      return nginx?.reload()
    case 'maintenance':
      return nginx?.setMaintenance(true)
    case 'upstream':
      await upstream?.admit(weather.fate)
      return upstream?.reset('all')
  }
}
