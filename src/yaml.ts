// YAML that readers of version 1.1 (PyYAML) and of 1.2 take for the same: what the older ones would read as a time, or as yes or no,
// stands in quotes.
import { Document, Scalar, visit } from 'yaml'

const time = /^\d{4}-\d\d?-\d\d?/

export function writeYaml (value: unknown): string {
  const document = new Document(value, { compat: 'yaml-1.1' })
  // `compat` knows times by a tag that all users of the library in a process share; one of them may have switched it off, as tap does.
  visit(document, {
    Scalar (_key, scalar) {
      if (typeof scalar.value === 'string' && time.test(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE
    }
  })
  return document.toString()
}
