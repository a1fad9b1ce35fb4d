export { registerMap } from '../maps';
export { ServedCard } from './served-card';
export { listenRtu, listenTcp } from '../../modbus-server/listeners';
export { RefusalGate } from '../../shared/refusal-gate';
export { AllowedSenders } from '../../shared/senders';
