import * as form from './form';

/** What the dialogs of the nodes find as `window.Ridethrough`. */
export const Ridethrough = { form };

export type Ridethrough = typeof Ridethrough;
