import { createElement, StrictMode } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import type { ArmName } from '../arm.js'
import type { AppProps } from './appProps.js'
import { BareApp } from './BareApp.js'
import { OurApp } from './OurApp.js'

/** Renders an arm's app into the page, under StrictMode. */
export function renderApp(armName: ArmName, props: Omit<AppProps, 'onShown'>) {
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  let isShown = false
  let vanished = 0

  function onShown(nowShown: boolean) {
    if (isShown && !nowShown) vanished++
    isShown = nowShown
  }

  function render() {
    const app = createElement(armName === 'bare' ? BareApp : OurApp, { ...props, onShown })
    flushSync(() => root.render(createElement(StrictMode, null, app)))
  }

  render()
  return {
    renderAgain: render,
    timesVanished: () => vanished,
    unmount: () => root.unmount(),
  }
}
