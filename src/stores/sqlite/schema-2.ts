// Migration 2: how often the rows of a table were written, counted in the same transaction by whatever program writes. Readers keep what
// they read for as long as the number stays (kept.ts).

const counted = ['users', 'persons'] as const

/** A table whose writes are counted. */
export type CountedTable = typeof counted[number]

export const schema2 = `
CREATE TABLE writes (
  of_table TEXT PRIMARY KEY,
  number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
${counted.map((table) => `
INSERT INTO writes VALUES ('${table}', 0);
${['INSERT', 'UPDATE', 'DELETE'].map((verb) => `
CREATE TRIGGER ${table}_count_${verb.toLowerCase()} AFTER ${verb} ON ${table} BEGIN
  UPDATE writes SET number = number + 1 WHERE of_table = '${table}';
END;`).join('')}`).join('')}
`
