'use client'
import {
  type AllHTMLAttributes,
  cloneElement,
  createElement,
  forwardRef,
  isValidElement,
  type ComponentPropsWithoutRef,
  type ElementType,
  type ReactElement,
} from 'react'
import { classNames } from '../classNames.js'

type Props = Record<string, unknown>

/**
 * Replaces the element of a part: an element that gets the part's props merged into its own, or a function
 * that is called with these props.
 */
export type PartRender = ReactElement | ((props: Props) => ReactElement)

/** Props of a part: those of its element, and `render`. */
export type PartProps<Tag extends ElementType> = ComponentPropsWithoutRef<Tag> & {
  render?: PartRender | undefined
}

interface OwnProps extends AllHTMLAttributes<Element> {
  tag: ElementType
  /** Name of the part, its `data-part`. */
  part: string
  /** Props that the app gave. */
  given: Props & { render?: PartRender | undefined }
  /** Of a dialog: Escape was pressed. */
  onCancel?: (event: Event) => void
}

/** Renders a part as its element, or as what the app gave in its place. Other props are the part's own. */
export const Part = forwardRef<Element, OwnProps>(function Part(props, ref) {
  const { tag, part, given, ...own } = props
  const { render, ...rest } = given
  const merged = mergeProps({ ...own, 'data-part': part }, rest)
  if (typeof render === 'function') return render({ ...merged, ref })
  if (isValidElement<Props>(render)) {
    return cloneElement(render, { ...mergeProps(merged, render.props), ref })
  }
  return createElement(tag, { ...merged, ref })
})

/** Merges `over` into `base`: classes and styles add up, handlers of `over` come first. */
function mergeProps(base: Props, over: Props): Props {
  const merged: Props = { ...base }
  for (const [name, value] of Object.entries(over)) {
    const before = base[name]
    if (name === 'className') merged[name] = classNames(before as string, value as string)
    else if (name === 'style') merged[name] = { ...(before as object), ...(value as object) }
    else if (isHandler(before) && isHandler(value)) merged[name] = inTurn(value, before)
    else if (value !== undefined) merged[name] = value
  }
  return merged
}

type Handler = (event: { defaultPrevented?: boolean }) => void

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function'
}

/** Calls the app's handler, then ours unless the app prevented it. */
function inTurn(theirs: Handler, ours: Handler): Handler {
  return (event) => {
    theirs(event)
    if (event.defaultPrevented !== true) ours(event)
  }
}
