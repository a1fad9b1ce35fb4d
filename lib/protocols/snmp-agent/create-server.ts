export { AllowedSenders } from '../shared/senders';
export { SeenSets } from './seen-sets';
export { SnmpServer } from './server';
