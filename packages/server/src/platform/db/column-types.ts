import pg from 'pg'

/** Our counts, sizes and revisions stay far below 2^53, so bigint columns are plain numbers. */
function parseBigint(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} does not fit a number`)
  return value
}

/** How columns are read; kept off `pg.types`, which every other user of the driver shares. */
export const typesOf: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === pg.types.builtins.INT8 && format !== 'binary') return parseBigint
    return pg.types.getTypeParser(oid, format)
  },
}
