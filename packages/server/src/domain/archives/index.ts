export { outsideWindow, readMoment } from './moment.ts'
export { type Chain, readChains } from './read-chains.ts'
export { retainedSince } from './retained-since.ts'
export { boundsOf, type Span, spanAt, spansOf } from './spans.ts'
