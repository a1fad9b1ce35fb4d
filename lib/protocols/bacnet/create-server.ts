export { AllowedSenders } from '../shared/senders';
export { BacnetServer } from './server';
