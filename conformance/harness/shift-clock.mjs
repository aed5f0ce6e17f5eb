// Preloaded into Croft's processes (`node --import`) by tests of things that take hours: the clock of Node, not that
// of the databases, is SHIFT_CLOCK_MS ahead. Minutes and seconds go on as always.
const offset = Number(process.env.SHIFT_CLOCK_MS)
const RealDate = globalThis.Date

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length > 0) super(...given)
    else super(RealDate.now() + offset)
  }

  static now() {
    return RealDate.now() + offset
  }
}
