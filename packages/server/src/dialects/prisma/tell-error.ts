import type { RenderError } from '../../platform/http/index.ts'
import { renderError } from './errors.ts'

/** Failures of a request in this API's form. */
export const tellError: RenderError = (error, request) => {
  const rendered = renderError(error, request.routeOptions.config.prismaErrors, request.prisma?.ids)
  return rendered.status === 401 ? { ...rendered, headers: { 'www-authenticate': 'Bearer' } } : rendered
}
