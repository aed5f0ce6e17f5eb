/** Where a model is, that speaks the chat API of OpenAI; `url` is what comes before `/chat/completions`. */
export interface Model {
  readonly url: string
  readonly key: string | undefined
  readonly name: string
}

const TIMEOUT_MS = 20_000
const LONGEST_ANSWER = 256 * 1024
const MOST_TOKENS = 800

/** What the model says to nonsense. */
const NO_QUESTION = 'NO_QUESTION'

const INSTRUCTIONS = `You answer how-to questions about databases: at most 200 words and a query or command as a template.
If the question is about neither databases nor the data service it is asked of, answer with the one word ${NO_QUESTION}.`

async function readShort(response: Response): Promise<unknown> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > LONGEST_ANSWER) throw new Error('the answer is too long')
    parts.push(part)
  }
  return JSON.parse(Buffer.concat(parts).toString())
}

function contentOf(answer: unknown): string {
  const { choices } = answer as { choices?: readonly { message?: { content?: unknown } }[] }
  const content = choices?.[0]?.message?.content
  if (typeof content !== 'string' || content.trim() === '') throw new Error('the answer has no content')
  return content.trim()
}

/**
 * What a model answers, or null when it finds no question. `known` is what is known of it without a model. Throws when
 * the model is away, slow, or answers something else.
 */
export async function askModel(
  { url, key, name }: Model,
  question: { readonly about: string | null; readonly text: string; readonly known: string },
): Promise<string | null> {
  const { about, text, known } = question
  const system = [
    INSTRUCTIONS,
    ...(about === null ? [] : [`The data service is ${about}.`]),
    ...(known === '' ? [] : [`Documentation that may help:\n${known}`]),
  ].join('\n')
  const response = await fetch(`${url.replace(/\/+$/, '')}/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({
      model: name,
      max_tokens: MOST_TOKENS,
      temperature: 0.2,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: text },
      ],
    }),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!response.ok) {
    await response.body?.cancel()
    throw new Error(`the model answered ${response.status}`)
  }
  const content = contentOf(await readShort(response))
  return content.replace(/[^A-Z_]/g, '') === NO_QUESTION ? null : content
}
