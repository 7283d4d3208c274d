// Values that are made late.

/** The value of `make`, which is called when the value is first asked for and never again. */
export function once<Value extends object> (make: () => Value): () => Value {
  let value: Value | undefined
  return () => value ??= make()
}

/** The same for what takes time to be made, such as a module to be loaded. Where that fails it is tried anew when it is asked for again. */
export function onceResolved<Value> (make: () => Promise<Value>): () => Promise<Value> {
  let value: Promise<Value> | undefined
  return () => value ??= make().catch((error: unknown) => {
    value = undefined
    throw error
  })
}
