// Time comes in through the assembly, so that tests can hold it still.

/** Tells the present time. */
export type Clock = () => Date

export const systemClock: Clock = () => new Date()
