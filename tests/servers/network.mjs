// A whole Bluesky network (PLC, PDS, AppView) on loopback. Prints one JSON line when it is ready;
// answers each line on standard input once every event so far has reached the AppView; ends with its standard input.
import net from 'node:net'
import readline from 'node:readline'
import { TestNetwork } from '@atproto/dev-env'

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (first, ...rest) {
  if (typeof first === 'number' || typeof first === 'string') return listen.call(this, { port: Number(first), host: '127.0.0.1' }, ...rest.filter((one) => typeof one === 'function'))
  return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest)
}
console.log = () => {}
const network = await TestNetwork.create({ pds: { hostname: 'localhost', inviteRequired: false }, bsky: {} })
const say = (told) => process.stdout.write(JSON.stringify(told) + '\n')
say({ appview: `http://127.0.0.1:${network.bsky.port}`, pds: `http://127.0.0.1:${network.pds.port}` })
for await (const line of readline.createInterface({ input: process.stdin })) {
  try {
    await network.processAll(60_000)
    say({ done: line })
  } catch (error) {
    say({ error: String(error) })
  }
}
await network.close()
process.exit(0)
