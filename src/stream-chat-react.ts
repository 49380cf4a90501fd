'use client'
export {
  useCreateChatClient,
  type UseCreateChatClientOptions,
} from './streamChatReact/useCreateChatClient.js'
