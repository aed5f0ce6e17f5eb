import { Marked } from 'marked'
import { type Html, trusted } from '../page/html.ts'

/** As GitHub makes them, so that a link to a heading works here and there. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/<[^>]*>|[^\p{Letter}\p{Number} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-')
}

const marked = new Marked({
  renderer: {
    heading({ tokens, depth, text }) {
      return `<h${depth} id="${slug(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`
    },
  },
})

/** A page of our own documentation as markup; its first heading is its title. Never for text from elsewhere. */
export async function renderMarkdown(text: string): Promise<{ title: string; body: Html }> {
  const title = /^# +(.+)$/m.exec(text)?.[1] ?? 'Documentation'
  return { title: title.replaceAll('`', ''), body: trusted(await marked.parse(text)) }
}
