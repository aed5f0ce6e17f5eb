import type { Operations } from '../../operation.ts'
import {
  accountBindings,
  deleteGlobalBinding,
  listGlobalBindings,
  listRoles,
  listUserBindings,
  projectBindings,
  putGlobalBinding,
  tenantBindings,
} from './bindings.ts'
import { changeInvitation, createInvitation, deleteInvitation, listInvitations } from './invitations.ts'
import { createIam, deleteIam, getIam, listIam, replaceIam } from './records.ts'

export const iamOperations: Operations = {
  listIam: ['GET', '/api/accounts/{id}/iam', listIam],
  createIam: ['POST', '/api/accounts/{id}/iam', createIam],
  replaceIam: ['PUT', '/api/accounts/{id}/iam', replaceIam],
  getIam: ['GET', '/api/accounts/{id}/iam/{actorId}', getIam],
  deleteIam: ['DELETE', '/api/accounts/{id}/iam/{actorId}', deleteIam],
  listRoles: ['GET', '/api/roles', listRoles],
  listGlobalBindings: ['GET', '/api/global-role-bindings', listGlobalBindings],
  putGlobalBinding: ['PUT', '/api/global-role-bindings', putGlobalBinding],
  deleteGlobalBinding: ['DELETE', '/api/global-role-bindings', deleteGlobalBinding],
  listAccountBindings: ['GET', '/api/accounts/{id}/role-bindings', accountBindings.list],
  putAccountBinding: ['PUT', '/api/accounts/{id}/role-bindings', accountBindings.put],
  deleteAccountBinding: ['DELETE', '/api/accounts/{id}/role-bindings', accountBindings.remove],
  listTenantBindings: ['GET', '/api/tenants/{id}/role-bindings', tenantBindings.list],
  putTenantBinding: ['PUT', '/api/tenants/{id}/role-bindings', tenantBindings.put],
  deleteTenantBinding: ['DELETE', '/api/tenants/{id}/role-bindings', tenantBindings.remove],
  listProjectBindings: ['GET', '/api/projects/{id}/role-bindings', projectBindings.list],
  putProjectBinding: ['PUT', '/api/projects/{id}/role-bindings', projectBindings.put],
  deleteProjectBinding: ['DELETE', '/api/projects/{id}/role-bindings', projectBindings.remove],
  listUserBindings: ['GET', '/api/users/{id}/account-role-bindings', listUserBindings],
  createInvitation: ['POST', '/api/accounts/{id}/invitations', createInvitation],
  listInvitations: ['GET', '/api/accounts/{id}/account-role-invitations', listInvitations],
  changeInvitation: ['PATCH', '/api/account-role-invitations/{id}', changeInvitation],
  deleteInvitation: ['DELETE', '/api/account-role-invitations/{id}', deleteInvitation],
}
