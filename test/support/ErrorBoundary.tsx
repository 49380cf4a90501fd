import { Component, type ReactNode } from 'react'

interface ErrorBoundaryProps {
  /** Called first when the error is pressed. */
  onRetry?: () => void
  children: ReactNode
}

/** Shows the error in place of what threw it; pressing it renders that again. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { error: unknown }> {
  override state = { error: null }
  static getDerivedStateFromError(error: unknown) {
    return { error }
  }
  override render() {
    if (this.state.error === null) return this.props.children
    return (
      <button
        type="button"
        onClick={() => {
          this.props.onRetry?.()
          this.setState({ error: null })
        }}
      >
        {String(this.state.error)}
      </button>
    )
  }
}
