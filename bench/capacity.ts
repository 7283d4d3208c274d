// What so many accounts ask for, and which part gives way where, by the model of docs/SCALE.md: npm run typescript bench/capacity.ts
import { assumptions, demandOf, limitsOf, measured, ratesOfAll } from './scale-model.js'

const rates = ratesOfAll(assumptions)
const number = (value: number): string => value >= 10 ? Math.round(value).toLocaleString('en') : value.toPrecision(2)
const bytes = (value: number): string => value >= 2 ** 30 ? `${number(value / 2 ** 30)} GiB` : `${number(value / 2 ** 20)} MiB`

console.log(`An account and day: ${rates.opens.toFixed(2)} openings, ${rates.refreshes.toFixed(2)} refreshes, ${rates.logIns.toFixed(4)} log-ins, ${rates.logOuts.toFixed(4)} log-outs; peak ${assumptions.peak} x\n`)
console.log('| accounts | profile and persons/s | refreshes/s | log-ins/s | cores, SQLite | cores, MongoDB | database reads/s | writes/s | deny-list | accounts and sessions | audit a day |\n|---|---|---|---|---|---|---|---|---|---|---|')
for (const accounts of [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000]) {
  const demand = demandOf(accounts, rates, assumptions, measured)
  const cells = [number(demand.readsASecond), number(demand.refreshesASecond), number(demand.logInsASecond), number(demand.cores.sqlite), number(demand.cores.mongodb), number(demand.reads), number(demand.writes), bytes(demand.denyListBytes), bytes(demand.accountsBytes + demand.sessionsBytes), bytes(demand.auditBytesADay)]
  console.log(`| ${number(accounts)} | ${cells.join(' | ')} |`)
}
console.log('\n| part | gives way at |\n|---|---|')
for (const { part, accounts } of limitsOf(assumptions, measured)) console.log(`| ${part} | ${number(accounts / 1e6)} million accounts |`)
