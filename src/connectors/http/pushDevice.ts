import { isObject } from '../../core/tools/reading.js'

/** Device that push notifications go to. */
export interface PushDevice {
  /** The device's id at the push provider, such as a token of Firebase. */
  id: string
  /** Such as `firebase`, `apn`, `huawei` or `xiaomi`. */
  push_provider: string
  /** Name of the provider's configuration, where the chat app has several. */
  push_provider_name?: string | undefined
}

/**
 * Copies the device of a connector's options.
 * @throws TypeError that names the option at fault
 */
export function readDevice(device: unknown): PushDevice | undefined {
  if (device === undefined) return undefined
  if (!isObject(device)) {
    throw new TypeError('`device` must be an object with `id` and `push_provider`.')
  }
  const { id, push_provider, push_provider_name } = device as Partial<
    Record<keyof PushDevice, unknown>
  >
  return {
    id: readName('id', id),
    push_provider: readName('push_provider', push_provider),
    ...(push_provider_name !== undefined && {
      push_provider_name: readName('push_provider_name', push_provider_name),
    }),
  }
}

function readName(field: keyof PushDevice, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  throw new TypeError(`\`device.${field}\` must be a text that is not empty.`)
}
