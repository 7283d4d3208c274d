// Asks every worker the same and hands over what comes back, from all of them or, after a while, from those that answered.

export interface Gathering<Answer> {
  /** `ask` is called for each with the number to answer under. Resolves in the order of `whom`. */
  gather<One> (whom: readonly One[], ask: (one: One, id: number) => void): Promise<Array<[one: One, answer: Answer]>>
  answer (id: number, answer: Answer): void
}

export function createGathering<Answer> (patienceMilliseconds: number): Gathering<Answer> {
  const waiting = new Map<number, (answer: Answer | undefined) => void>()
  let ids = 0

  async function askOne<One> (one: One, ask: (one: One, id: number) => void): Promise<Array<[One, Answer]>> {
    const id = ids += 1
    let patience: NodeJS.Timeout | undefined
    const answer = await new Promise<Answer | undefined>((resolve) => {
      waiting.set(id, resolve)
      patience = setTimeout(() => { resolve(undefined) }, patienceMilliseconds)
      ask(one, id)
    })
    clearTimeout(patience)
    waiting.delete(id)
    return answer === undefined ? [] : [[one, answer]]
  }

  return {
    gather: async (whom, ask) => (await Promise.all(whom.map(async (one) => await askOne(one, ask)))).flat(),
    answer: (id, answer) => { waiting.get(id)?.(answer) }
  }
}
