// The log of a request.
import t from 'tap'
import { createRequestLog } from '../../plugins/request-log.js'
import { createTestLog } from '../helpers/log.js'

t.test('what a request writes to its own log carries its name, whatever the level', async (t) => {
  const log = createTestLog()
  const own = createRequestLog(log.logger, { requestId: 'r1' }, {})
  for (const level of ['warn', 'error', 'fatal'] as const) own[level]({ level }, `a ${level}`)
  own.child({ part: 'p' }).info('from a child')
  t.match(log.lines(), [{ msg: 'a warn', requestId: 'r1' }, { msg: 'a error', requestId: 'r1' }, { msg: 'a fatal', requestId: 'r1' }, { msg: 'from a child', requestId: 'r1', part: 'p' }])
})
