// Installs what `test/native` needs, if its lock file asks for something else than is there.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../native/', import.meta.url))
const lock = readFileSync(`${folder}package-lock.json`, 'utf8')
const stamp = `${folder}node_modules/.installed-lock.json`

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.log('Installing React Native for test/native …')
  // Its tools ask for a newer Node than they need, and `npm run` hands down the settings of the root.
  const settings = ['--no-engine-strict', '--legacy-peer-deps', '--no-audit', '--no-fund']
  const args = ['ci', '--ignore-scripts', '--loglevel=error', ...settings]
  const shell = process.platform === 'win32'
  if (spawnSync('npm', args, { cwd: folder, stdio: 'inherit', shell }).status !== 0) {
    rmSync(stamp, { force: true })
    console.error(
      'React Native could not be installed for test/native. Run `npm run install:native` again once the npm registry can be reached; `npx vitest run --project "!native"` runs the other tests.',
    )
    process.exit(1)
  }
  writeFileSync(stamp, lock)
}
