// A value that is made late.
/** The value of `make`, which is called when the value is first asked for and never again. */
export function once<Value extends object> (make: () => Value): () => Value {
  let value: Value | undefined
  return () => value ??= make()
}
