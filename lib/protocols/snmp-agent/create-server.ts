export { AllowedSenders } from '../shared/senders';
export { SnmpServer } from './server';
