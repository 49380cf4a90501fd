import type { StorybookConfig } from '@storybook/react-vite'
import type { Channel } from 'storybook/internal/channels'

/** A preset hook that Storybook reads but leaves out of its public type. */
type WithServerChannel = StorybookConfig & {
  experimental_serverChannel: (channel: Channel) => Promise<Channel>
}

const config: WithServerChannel = {
  framework: { name: '@storybook/react-vite', options: {} },
  stories: ['../stories/**/*.mdx', '../stories/**/*.stories.@(ts|tsx)'],
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y', '@storybook/addon-vitest'],
  core: {
    disableTelemetry: true,
    disableWhatsNewNotifications: true,
    enableCrashReports: false,
  },
  features: {
    sidebarOnboardingChecklist: false,
    menuOnboardingChecklist: false,
    changeDetection: false,
  },
  // react-docgen-typescript does not run on TypeScript 7.
  typescript: { check: false, reactDocgen: 'react-docgen' },
  // The manager asks the dev server for storybook.js.org's news; nothing else turns that request off.
  experimental_serverChannel: async (channel) => {
    channel.removeAllListeners('requestWhatsNewData')
    return channel
  },
}
export default config
