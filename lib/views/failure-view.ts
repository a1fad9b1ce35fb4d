export type { FailureView } from '../core/journal/failure';
