export { NutAnswer } from './answers';
export { ForcedShutdowns } from './forced-shutdowns';
export { ServedAlias } from './served-alias';
export { NutServer } from './server';
export { NutUsers } from './users';
export { AllowedSenders } from '../shared/senders';
