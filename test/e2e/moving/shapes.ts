import type { ComponentType } from 'react'
import { App as HookBefore } from '../../../stories/comparison/migration/Before.js'
import type { AppProps } from '../../../stories/comparison/migration/appProps.js'
import { App as HookAfter } from '../../../stories/comparison/migration/OneImport.js'
import { App as EffectAfter } from '../../../stories/comparison/moving/EffectAfter.js'
import { App as EffectBefore } from '../../../stories/comparison/moving/EffectBefore.js'
import { App as GuestAfter } from '../../../stories/comparison/moving/GuestAfter.js'
import { App as GuestBefore } from '../../../stories/comparison/moving/GuestBefore.js'
import { App as ModuleAfter } from '../../../stories/comparison/moving/ModuleAfter.js'
import { App as ModuleBefore } from '../../../stories/comparison/moving/ModuleBefore.js'
import { App as OwnHookAfter } from '../../../stories/comparison/moving/OwnHookAfter.js'
import { App as OwnHookBefore } from '../../../stories/comparison/moving/OwnHookBefore.js'
import { App as TwoClientsAfter } from '../../../stories/comparison/moving/TwoClientsAfter.js'
import { App as TwoClientsBefore } from '../../../stories/comparison/moving/TwoClientsBefore.js'

/** The apps of the page "Moving in", by shape. */
export const shapes: Record<string, Record<'before' | 'after', ComponentType<AppProps>>> = {
  useCreateChatClient: { before: HookBefore, after: HookAfter },
  'getInstance in an effect': { before: EffectBefore, after: EffectAfter },
  "a module's own client": { before: ModuleBefore, after: ModuleAfter },
  'a hook above Chat': { before: OwnHookBefore, after: OwnHookAfter },
  'a guest or a user': { before: GuestBefore, after: GuestAfter },
  'two clients on one page': { before: TwoClientsBefore, after: TwoClientsAfter },
}
