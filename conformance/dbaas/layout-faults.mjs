// Evaluated in a page; its value is the list.
;(() => {
  const faults = []
  const width = document.documentElement.clientWidth
  const nameOf = (element) => element.outerHTML.slice(0, 100)
  const shown = (selector) =>
    Array.from(document.querySelectorAll(selector)).filter(
      (element) => element.checkVisibility() && element.closest('.unseen, .skip, thead') === null,
    )

  const wide = document.documentElement.scrollWidth
  if (wide > width) faults.push(`the page is ${wide} wide in a window of ${width}`)
  for (const needed of ['body > header', 'main h1', 'main .card'])
    if (shown(needed).length === 0) faults.push(`${needed} is not visible`)

  const blocks = shown('body > header, nav.crumbs, main h1, main .card, body > footer')
  const boxes = blocks.map((element) => ({ element, box: element.getBoundingClientRect() }))
  for (const [index, { element, box }] of boxes.entries()) {
    if (box.width === 0 || box.height === 0) faults.push(`nothing to see of ${nameOf(element)}`)
    const next = boxes[index + 1]
    if (next && next.box.top < box.bottom - 1)
      faults.push(`${nameOf(next.element)} lies over ${nameOf(element)}`)
  }

  // A line's boxes each, since a link in a text may begin at the end of one.
  for (const element of [
    ...blocks,
    ...shown('a, button, input, select, textarea, summary, code, pre, th, td, dd'),
  ])
    for (const box of element.getClientRects())
      if (box.left < -0.5 || box.right > width + 0.5) faults.push(`outside of the window: ${nameOf(element)}`)

  const controls = shown('main .button, main button, main input, main select, main summary, main textarea')
  for (const [index, one] of controls.entries()) {
    const box = one.getBoundingClientRect()
    if (box.height < 24) faults.push(`too low to be hit: ${nameOf(one)}`)
    for (const other of controls.slice(index + 1)) {
      const { left, right, top, bottom } = other.getBoundingClientRect()
      if (left < box.right - 1 && right > box.left + 1 && top < box.bottom - 1 && bottom > box.top + 1)
        faults.push(`${nameOf(other)} lies over ${nameOf(one)}`)
    }
  }
  return faults
})()
