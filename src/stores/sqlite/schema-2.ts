// Migration 2: a mark of each table that every write of it sets anew, in the same transaction and by whatever program. Readers keep what they
// read for as long as the mark stays (kept.ts). By chance, not counted: a file that is put back under a running service would count again
// from where it was, and could come to a number that stood for other rows.

// And an index over the work of argon2id hashes (passwords/hash-cost.ts), read out of their text: `$argon2id$v=19$m=…,t=…,p=…$…`.

const marked = ['users', 'persons'] as const

export const isArgon2 = "substr(password_hash, 1, 17) = '$argon2id$v=19$m='"
export const argon2WorkOf = "CAST(substr(password_hash, 18) AS INTEGER) * CAST(substr(password_hash, instr(password_hash, ',t=') + 3) AS INTEGER)"

/** A table whose writes are marked. */
export type MarkedTable = typeof marked[number]

export const schema2 = `
CREATE TABLE writes (
  of_table TEXT PRIMARY KEY,
  mark INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
${marked.map((table) => `
INSERT INTO writes VALUES ('${table}', 0);
${['INSERT', 'UPDATE', 'DELETE'].map((verb) => `
CREATE TRIGGER ${table}_mark_${verb.toLowerCase()} AFTER ${verb} ON ${table} BEGIN
  UPDATE writes SET mark = random() & ${Number.MAX_SAFE_INTEGER} WHERE of_table = '${table}';
END;`).join('')}`).join('')}
CREATE INDEX users_by_argon2_work ON users (${argon2WorkOf}) WHERE ${isArgon2};
`
