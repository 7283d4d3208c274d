// What the files for deploying say is held to the service: every variable to its schema, every address to its routes, every port to
// what listens there. The files are parsed, not run.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse, parseAllDocuments } from 'yaml'
import { about } from '../src/about.js'
import { loadConfig } from '../src/config.js'
import { Environment } from '../src/environment.js'
import { createTestApp } from './helpers/app.js'
import { temporaryFolder, testSecret } from './helpers/config.js'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
type Variables = Record<string, string>

interface Probe { httpGet: { path: string, port: string } }
interface Container {
  image: string
  ports: Array<{ name: string, containerPort: number }>
  env: Array<{ name: string, valueFrom: { secretKeyRef: { name: string, key: string } } }>
  startupProbe: Probe, livenessProbe: Probe, readinessProbe: Probe
  securityContext: object
}
interface Manifest {
  kind: string
  metadata: { name: string, annotations?: Variables }
  data?: Variables
  spec?: {
    template?: { spec: { containers: [Container], securityContext: object } }
    ports?: Array<{ port: number, targetPort: string }>
    selector?: Variables
    podSelector?: { matchLabels: Variables }
    policyTypes?: string[]
    ingress?: Array<{ from: object[], ports: object[] }>
  }
}
interface Compose {
  services: {
    gatehouse: { ports: string[], environment: Variables, depends_on: object, networks: string[] }
    mail: { networks?: string[] }
    mongo: { command: string[], networks: string[], ports?: string[] }
  }
}

const docker = read('Dockerfile')
const compose = parse(read('compose.yaml')) as Compose
const unit = read('deploy/gatehouse.service')
const manifests = parseAllDocuments(read('deploy/kubernetes.yaml')).map((document) => {
  if (document.errors.length > 0) throw document.errors[0]
  return document.toJS() as Manifest
})
const manifest = (kind: string, name = 'gatehouse') => manifests.find((one) => one.kind === kind && one.metadata.name === name) as Manifest
const pod = manifest('Deployment').spec?.template?.spec
const container = pod?.containers[0] as Container

/** The assignments `A=b` that follow a word at the beginning of a line. */
function assignments (text: string, word: RegExp): Variables {
  const found = (text.match(word) ?? []).flatMap((line) => [...line.matchAll(/\b([A-Z][A-Z0-9_]*)=(\S+)/g)])
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, value]))
}

/** What compose makes of `${NAME:-preset}` and of `${NAME:?why}` where NAME is set. */
const interpolated = (text: string): string => text.replace(/\$\{\w+:\?[^}]*\}/g, testSecret).replace(/\$\{\w+:-([^}]*)\}/g, '$1')

const image = assignments(docker, /^ENV .*$/gm)
const composed = Object.entries(compose.services.gatehouse.environment).map(([name, value]) => [name, interpolated(value)] as const)
const secrets: Variables = {
  AUTH_SECRET: testSecret, METRICS_TOKEN: 'x'.repeat(32), DATABASE_URL: 'mongodb://db/gatehouse', SMTP_URL: 'smtps://mail.example'
}
const fromSecret = container.env.map(({ name }) => [name, secrets[name] ?? ''] as const)
/** What the service is started with by each. */
const environments: Record<string, Variables> = {
  Dockerfile: { ...image, ...secrets, PUBLIC_URL: 'https://auth.example.com' },
  'compose.yaml': { ...image, ...Object.fromEntries(composed) },
  'deploy/gatehouse.service': { ...assignments(unit, /^Environment=.*$/gm), ...assignments(unit, /^# +printf.*$/gm) },
  'deploy/kubernetes.yaml': { ...image, ...manifest('ConfigMap').data, ...Object.fromEntries(fromSecret) }
}
const { app } = await createTestApp(t, { environment: { METRICS_TOKEN: 'x'.repeat(32) } })
const isRoute = (url: string): boolean => app.hasRoute({ method: 'GET', url })
const probeIn = (text: string): string[] => [...text.matchAll(/http:\/\/127\.0\.0\.1:[^/]*(\/[\w/]+)/g)].map(([, path = '']) => path)

t.test('every variable that any of them sets is one of the service, and a text', async (t) => {
  for (const [file, variables] of Object.entries(environments)) {
    t.ok(Object.keys(variables).length >= 5, file)
    for (const [name, value] of Object.entries(variables)) {
      t.ok(name in Environment.properties, `${file}: ${name}`)
      t.type(value, 'string', `${file}: ${name}`)
    }
  }
})

t.test('with what each of them sets the service would start, in production', async (t) => {
  const folder = temporaryFolder(t)
  for (const [file, variables] of Object.entries(environments)) {
    // The file is not here; and how many threads there are for HASH_SLOTS is settled by bin/gatehouse.cjs, not here.
    const { AUTH_SECRET_FILE: kept, HASH_SLOTS: _slots, ...rest } = variables
    const config = loadConfig({ ...rest, DATA_DIR: folder, ...(kept !== undefined && { AUTH_SECRET: testSecret }) })
    t.ok(config.production, file)
  }
})

t.test('whom each of them believes about clients: its own proxy, and no network that strangers are in', async (t) => {
  const { TRUST_PROXY: byUnit, HOST: host, PUBLIC_URL: publicUrl } = environments['deploy/gatehouse.service'] ?? {}
  t.match(publicUrl, /^https:/)
  t.equal(byUnit, host, 'only loopback is listened on: the proxy is there')
  t.equal(manifest('ConfigMap').data?.TRUST_PROXY, '192.0.2.1', 'an address for documentation, until the ingress is named')
  const { podSelector, policyTypes, ingress = [] } = manifest('NetworkPolicy').spec ?? {}
  t.same(podSelector?.matchLabels, manifest('Service').spec?.selector)
  t.same(policyTypes, ['Ingress'])
  t.same(ingress.map(({ ports }) => ports), container.ports.map(({ name }) => [{ protocol: 'TCP', port: name }]))
  for (const { from } of ingress) t.match(from, [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': /^[a-z-]+$/ } } }])
})

t.test('the ports are those that the service listens on', async (t) => {
  const { data = {} } = manifest('ConfigMap')
  t.match(docker, new RegExp(`^EXPOSE ${String(image.PORT)}$`, 'm'))
  t.same(compose.services.gatehouse.ports.map((port) => port.split(':').at(-1)), [compose.services.gatehouse.environment.PORT])
  const ports = [['http', data.PORT], ['metrics', data.METRICS_PORT]]
  t.same(container.ports, ports.map(([name, port]) => ({ name, containerPort: Number(port) })))
  for (const [name, port] of [['gatehouse', 'http'], ['gatehouse-metrics', 'metrics']] as const) {
    t.match(manifest('Service', name).spec, { ports: [{ targetPort: port }], selector: { app: 'gatehouse' } })
  }
  t.equal(manifest('Service', 'gatehouse-metrics').metadata.annotations?.['prometheus.io/port'], data.METRICS_PORT)
})

t.test('what is probed and scraped is there', async (t) => {
  const { startupProbe, livenessProbe, readinessProbe } = container
  for (const { httpGet: { path, port } } of [startupProbe, livenessProbe, readinessProbe]) {
    t.ok(isRoute(path), path)
    t.equal(port, 'http')
  }
  t.equal(readinessProbe.httpGet.path, '/health/ready')
  // A store that is down is no reason to restart.
  for (const { httpGet } of [startupProbe, livenessProbe]) t.equal(httpGet.path, '/health/live')
  t.same(probeIn(docker).filter((path) => !isRoute(path)), [])
  t.match(docker, /^HEALTHCHECK [^]*\/health\/ready/m)
  t.ok(isRoute(manifest('Service', 'gatehouse-metrics').metadata.annotations?.['prometheus.io/path'] ?? ''))
})

t.test('nobody runs it as root, and no secret is written down', async (t) => {
  t.match(docker, /^USER 1000:1000$/m)
  t.equal((docker.match(/^RUN npm ci .*--ignore-scripts$/gm) ?? []).length, 2)
  t.match(pod?.securityContext, { runAsNonRoot: true, runAsUser: 1000 })
  t.match(container.securityContext, { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } })
  t.match(unit, /^User=gatehouse$/m)
  t.match(unit, /^NoNewPrivileges=yes$/m)
  const isSecret = ([, rule]: [string, { secret?: boolean }]): boolean => rule.secret === true
  const names = Object.entries(Environment.properties as Record<string, { secret?: boolean }>).filter(isSecret).map(([name]) => name)
  for (const name of names) t.notOk(name in (manifest('ConfigMap').data ?? {}), name)
  for (const { name, valueFrom: { secretKeyRef } } of container.env) t.same(secretKeyRef, { name: 'gatehouse', key: name })
  t.match(compose.services.gatehouse.environment.AUTH_SECRET, /^\$\{AUTH_SECRET:\?/)
})

t.test('the parts know each other', async (t) => {
  t.equal(container.image, `gatehouse:${about.version}`)
  t.same(Object.keys(compose.services), ['gatehouse', 'mongo', 'mail'])
  t.match(compose.services.gatehouse.depends_on, { mongo: { condition: 'service_healthy' } })
  t.match(compose.services.gatehouse.environment.DATABASE_URL, /mongo:27017\/.*replicaSet=rs0$/)
  // MongoDB asks for no password there.
  const { gatehouse, mongo, mail } = compose.services
  t.match({ mongo, mail, gatehouse }, { mongo: { networks: ['database'] }, mail: { networks: undefined }, gatehouse: { networks: ['default', 'database'] } })
  t.equal(mongo.ports, undefined)
  t.match(compose.services.mongo.command.join(' '), /--replSet rs0/)
  t.match(unit, /^ExecStart=\/usr\/bin\/node bin\/gatehouse\.cjs start$/m)
  t.match(docker, /^CMD \["node", "bin\/gatehouse\.cjs", "start"\]$/m)
})

t.test('the image takes every folder that is imported from, and nothing that is not named', async (t) => {
  const lines = read('.dockerignore').split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  t.equal(lines[0], '*')
  const taken = new Set(lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1)))
  const folders = ['src', 'plugins', 'routes', 'client', 'console', 'scripts', 'bin']
  for (const name of [...folders, 'tsconfig.json']) t.ok(taken.has(name), name)
  const copied = [...docker.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, names = '']) => names.split(' '))
  t.same(copied.filter((name) => name !== '.' && !taken.has(name)), [])
})
