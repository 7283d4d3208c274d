// A self-signed certificate for 127.0.0.1 (RFC 5280 §4.1), so that the tests need no openssl and keep no key in the repository.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

function der (tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const size = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.of(tag, ...size), body])
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts)
const oid = (...bytes: number[]): Buffer => der(0x06, Buffer.from(bytes))
const time = (date: Date): Buffer => der(0x17, Buffer.from(date.toISOString().replace(/^\d\d|[-T:]|\.\d+/g, '')))

/** Key and certificate in PEM, good from yesterday until tomorrow. */
export function selfSigned (): { key: string, cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
  const name = sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from('a test peer')))))
  const day = 86_400_000
  const address = sequence(der(0x87, Buffer.of(127, 0, 0, 1)))
  const extensions = sequence(
    sequence(oid(0x55, 0x1d, 0x11), der(0x04, address)),
    sequence(oid(0x55, 0x1d, 0x13), der(0x01, Buffer.of(0xff)), der(0x04, sequence(der(0x01, Buffer.of(0xff)))))
  )
  const body = sequence(
    der(0xa0, der(0x02, Buffer.of(2))), der(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])), ecdsaWithSha256, name,
    sequence(time(new Date(Date.now() - day)), time(new Date(Date.now() + day))), name,
    publicKey.export({ type: 'spki', format: 'der' }), der(0xa3, extensions)
  )
  const certificate = sequence(body, ecdsaWithSha256, der(0x03, Buffer.of(0), sign('sha256', body, privateKey)))
  const pem = certificate.toString('base64').replace(/(.{64})/g, '$1\n')
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, cert: `-----BEGIN CERTIFICATE-----\n${pem}\n-----END CERTIFICATE-----\n` }
}
