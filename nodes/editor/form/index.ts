/** The functions that the generated dialogs call. */
export { cancel, open, save } from './open';
export { label, outputLabel } from './label';
export { verdict } from './faults';
