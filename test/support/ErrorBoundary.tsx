import { Component, type ReactNode } from 'react'

/** Shows the error in place of what threw it; pressing it renders that again. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null }
  static getDerivedStateFromError(error: unknown) {
    return { error }
  }
  override render() {
    if (this.state.error === null) return this.props.children
    return (
      <button type="button" onClick={() => this.setState({ error: null })}>
        {String(this.state.error)}
      </button>
    )
  }
}
