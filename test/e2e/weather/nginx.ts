import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startNginx } from '../../support/programs.js'

/** nginx as a reverse proxy for requests and WebSockets, with its own HTML pages for errors. */
export interface ReverseProxy {
  readonly url: string
  readonly reload: () => void
  /** Answers everything with 503, or not. */
  readonly setMaintenance: (isOn: boolean) => void
  readonly stop: () => Promise<void>
}

export async function startReverseProxy(upstreamUrl: string): Promise<ReverseProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'weather-'))
  const marker = join(folder, 'maintenance')
  const nginx = await startNginx(
    (port) => `
      map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
      server {
        listen 127.0.0.1:${port};
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_set_header Host $host;
        proxy_connect_timeout 1s;
        if (-f ${marker}) { return 503; }
        location / { proxy_pass ${upstreamUrl}; proxy_read_timeout 2s; }
        location /connect { proxy_pass ${upstreamUrl}; proxy_read_timeout 60s; }
      }`,
  )
  return {
    url: `http://127.0.0.1:${nginx.port}`,
    reload: nginx.reload,
    setMaintenance(isOn) {
      if (isOn) writeFileSync(marker, '')
      else rmSync(marker, { force: true })
    },
    async stop() {
      await nginx.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
