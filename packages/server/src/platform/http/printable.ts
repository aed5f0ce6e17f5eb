/**
 * Pattern of text that people give: no control characters and no half of a surrogate pair. PostgreSQL stores NUL in
 * no text and the others in no JSON, and no screen shows them.
 */
export const PRINTABLE = '^([^\\u0000-\\u001f\\u007f\\ud800-\\udfff]|[\\ud800-\\udbff][\\udc00-\\udfff])*$'
