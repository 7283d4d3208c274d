// The token of a link in mail: read from the fragment, which no server sees, and taken out of the address bar and the history at once.

export function takeToken (): string {
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? ''
  history.replaceState(null, '', location.pathname)
  return token
}
