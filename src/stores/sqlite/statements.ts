// Writes the statements that follow from a list of columns, so that no column is named twice.

/** `INSERT INTO table (a, b) VALUES (:a, :b)` */
export function insertStatement (table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(column => `:${column}`).join(', ')})`
}

/** `UPDATE table SET a = :a, b = :b WHERE id = :id` */
export function updateStatement (table: string, columns: readonly string[]): string {
  return `UPDATE ${table} SET ${columns.filter(column => column !== 'id').map(column => `${column} = :${column}`).join(', ')} WHERE id = :id`
}
