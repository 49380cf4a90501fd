import type { Preview } from '@storybook/react-vite'
import { useLayoutEffect, type ReactNode } from 'react'
import '../src/components/styles.css'
import '../stories/support/colours.css'

interface ThemedProps {
  theme: string
  isPadded: boolean
  children: ReactNode
}

/** Puts the toolbar's theme where an app would: on the root element. */
function Themed({ theme, isPadded, children }: ThemedProps) {
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme
    document.documentElement.style.colorScheme = theme
  }, [theme])
  // Storybook paints docs pages white in either theme; the story brings its own canvas.
  return (
    <div
      style={{
        background: 'Canvas',
        color: 'CanvasText',
        padding: isPadded ? '1rem' : 0,
        fontFamily: 'system-ui, sans-serif',
      }}
    >
      {children}
    </div>
  )
}

const preview: Preview = {
  tags: ['autodocs'],
  globalTypes: {
    theme: {
      description: 'Light or dark',
      toolbar: {
        title: 'Theme',
        icon: 'contrast',
        items: [
          { value: 'light', title: 'Light', icon: 'sun' },
          { value: 'dark', title: 'Dark', icon: 'moon' },
        ],
        dynamicTitle: true,
      },
    },
  },
  // Fixed, not the machine's preference: the same story gives the same contrast everywhere.
  initialGlobals: { theme: 'light' },
  parameters: {
    a11y: { test: 'error' },
    controls: { expanded: true },
    options: {
      storySort: {
        order: [
          'Start here',
          'Playground',
          'States',
          ['About', 'Disconnected'],
          'Identities',
          ['About'],
          'Across tabs',
          ['About'],
          'useChatUser',
          ['About'],
          'Data',
          ['About'],
          'Routers',
          'Platforms',
          'React Native',
          'stream-chat',
          ['A real chat', ['About', 'Try It'], 'Who chats', 'How it looks'],
          'Code outside React',
          'Token providers',
          'Chat, video and feeds',
          'Server',
          ['About', 'Recipes', 'Scale'],
          'Errors',
          'Components',
          'Testing your app',
          'Write a connector',
        ],
      },
    },
    viewport: {
      options: {
        phone: { name: 'Phone', styles: { width: '360px', height: '740px' }, type: 'mobile' },
        tablet: { name: 'Tablet', styles: { width: '820px', height: '1180px' }, type: 'tablet' },
        desktop: { name: 'Desktop', styles: { width: '1280px', height: '800px' }, type: 'desktop' },
      },
    },
  },
  decorators: [
    (Story, { globals, parameters }) => (
      <Themed
        theme={globals['theme'] === 'dark' ? 'dark' : 'light'}
        isPadded={parameters['layout'] !== 'fullscreen'}
      >
        <Story />
      </Themed>
    ),
  ],
}
export default preview
