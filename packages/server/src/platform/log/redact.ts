const CENSORED = '***'

const NAMES =
  '[\\w.-]{0,40}(?:password|passwd|secret|token|authorization|cookie|connection_?string|database_?url|api_?key|verifier|private_?key)s?'

// Repetitions are bounded or cannot be entered twice for one text, so that no line makes this slow.
const RULES: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // Fields whose names promise a secret, at any depth: with a string or a list, and in JSON inside a string.
  [
    new RegExp(`"(${NAMES})":(?:"(?:[^"\\\\]|\\\\.)*"|\\[(?:"(?:[^"\\\\]|\\\\.)*",?)*\\])`, 'gi'),
    `"$1":"${CENSORED}"`,
  ],
  [
    new RegExp(
      `\\\\"(${NAMES})\\\\"(\\s{0,4}:\\s{0,4})\\\\"(?:[^"\\\\]|\\\\\\\\(?:\\\\["\\\\]|[^"\\\\]))*\\\\"`,
      'gi',
    ),
    `\\"$1\\"$2\\"${CENSORED}\\"`,
  ],
  // scheme://user:password@
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:@/"\\]{0,256}):[^\s@/"\\]{1,1024}@/gi, `$1:${CENSORED}@`],
  [/\b(Bearer|Basic)(\s{1,4})[\w.~+/=-]{4,8192}/gi, `$1$2${CENSORED}`],
  // JSON Web Tokens.
  [/\beyJ[\w-]{6,8192}\.[\w-]{2,8192}(?:\.[\w-]{0,8192})?/g, CENSORED],
  // Our own tokens, and the ones of other people that look alike.
  [/\b((?:croft|sk|rk|pk|cat)_(?:[a-z]{1,16}_)?)[\w-]{16,256}/g, `$1${CENSORED}`],
  // Paths that name an API key by its value.
  [/(\/apikeys\/)[^\s"'\\/?]{1,512}/gi, `$1${CENSORED}`],
  [/\b(SCRAM-SHA-256\$)[\w$:+/=]{8,512}/g, `$1${CENSORED}`],
  // Query strings and libpq's key=value form.
  [
    /\b((?:password|passwd|client_secret|access_token|refresh_token|code_verifier|api_?key)=)[^\s&"'\\]{1,4096}/gi,
    `$1${CENSORED}`,
  ],
  [
    /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-"]{0,16384}-----END [A-Z ]{0,30}PRIVATE KEY-----/g,
    `[private key ${CENSORED}]`,
  ],
]

// What some rule needs at least; most lines have none of it, and 17 us a line would be felt at thousands a second.
const SUSPICIOUS =
  /passw|secret|token|authorization|cookie|connection_?string|database_?url|api_?key|verifier|private|:\/\/|bearer|basic|eyJ|croft_|[srp]k_|cat_|SCRAM/i

/** Takes secrets out of free text: connection strings, tokens, keys. Text that is JSON stays JSON. */
export function redact(text: string): string {
  if (!SUSPICIOUS.test(text)) return text
  let clean = text
  for (const [pattern, replacement] of RULES) clean = clean.replace(pattern, replacement)
  return clean
}
