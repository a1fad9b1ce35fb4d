export type * from './state-view';
export type * from './unit-view';
export type * from './source-view';
export type * from './failure-view';
export { includes, ROLES, type Role } from './access';
