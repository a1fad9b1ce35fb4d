import * as form from './form';

/** The object that the dialogs of the nodes use as `window.Ridethrough`. */
export const Ridethrough = { form };

export type Ridethrough = typeof Ridethrough;
