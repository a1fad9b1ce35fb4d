/** Owner of the claims on outputs that a person has switched on by the API: see OutputClaims. */
export const PERSON = 'ridethrough-api';
