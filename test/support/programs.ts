import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Debian's own programs, which `.ci/run` installs. */
const programs = { nginx: '/usr/sbin/nginx', redis: '/usr/bin/redis-server' } as const

type Program = keyof typeof programs

/** Whether one of these programs is missing, for `skipIf`; prints the missing one. */
export function lacks(...needed: readonly Program[]): boolean {
  const missing = needed.map((name) => programs[name]).filter((path) => !existsSync(path))
  if (missing.length > 0) console.warn(`Skipped: ${missing.join(' and ')} are not installed.`)
  return missing.length > 0
}

/** Running program, until it is stopped. */
export interface Running {
  readonly port: number
  readonly stop: () => Promise<void>
}

/** Finds a free port. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

export interface RunningNginx extends Running {
  /** Replaces the worker by a new one, as after a change of the configuration. */
  readonly reload: () => void
}

/** Starts nginx in front of these ports, with the `http` part of its configuration. */
export async function startNginx(http: (port: number) => string): Promise<RunningNginx> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'))
  const file = join(folder, 'nginx.conf')
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join('\n')
  writeFileSync(
    file,
    `daemon off; worker_processes 1; worker_shutdown_timeout 1s; pid ${join(folder, 'pid')};
     ${process.getuid?.() === 0 ? 'user root;' : ''}
     events {}
     http { access_log off; ${paths} ${http(port)} }`,
  )
  // At level "notice" nginx logs the start of its worker, which is then listening.
  const options = ['-e', 'stderr', '-g', 'error_log stderr notice;', '-c', file]
  const child = spawn(programs.nginx, options, { stdio: ['ignore', 'ignore', 'pipe'] })
  await said(child, child.stderr, 'start worker process')
  return {
    port,
    reload: () => child.kill('SIGHUP'),
    stop: () => stopped(child, folder),
  }
}

/** Starts Redis with its data in this folder, so that it can stop and restart. */
export async function startRedis(options: { folder: string; port?: number }): Promise<Running> {
  const port = options.port ?? (await freePort())
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', options.folder]
  const child = spawn(programs.redis, [...args, '--save', '', '--appendonly', 'yes'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await said(child, child.stdout, 'Ready to accept connections')
  return { port, stop: () => stopped(child) }
}

/** Resolves once the program has printed a text; rejects with its output if it ends before. */
export function said(
  child: ChildProcess,
  output: NodeJS.ReadableStream | null,
  words: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = ''
    output?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes(words)) resolve()
    })
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`It ended before it was ready: ${text}`)))
  })
}

/** Kills a program of the test that may hang. */
export async function killed(child: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => child.once('exit', resolve))
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await exit
}

export async function stopped(child: ChildProcess, folder?: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await exit
  }
  if (folder) rmSync(folder, { recursive: true, force: true })
}
