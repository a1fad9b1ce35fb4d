export { openStore, type RepeatText, type Store, type StoreOptions, type StoreStats } from './store';
export { type LogQuery } from './log-table';
export * from './series';
export { type MailChanges, type MailQueueStore, type MailRow, type MailState, type NewMail } from './mail-table';
export { type ProblemListener } from './problems';
export { type Retention, type StoreMode, type WhenInUse } from './shared-store';
export { isoWithZone } from './csv';
