// Much work, some of it at a time.

/** Does `work` for all items, `lanes` of them at a time, and resolves with what it gave, in their order. */
export async function inLanes<Item, Given> (items: readonly Item[], lanes: number, work: (item: Item) => Promise<Given>): Promise<Given[]> {
  const given: Given[] = []
  const entries = items.entries()
  await Promise.all(Array.from({ length: lanes }, async () => {
    for (const [index, item] of entries) given[index] = await work(item)
  }))
  return given
}
