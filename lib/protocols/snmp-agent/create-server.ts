export { AllowedSenders } from '../shared/senders';
export { AgentUps } from './agent-ups';
export { instanceName, MIB_FILES, mibFile } from './mib/mib-files';
export { SeenSets } from './seen-sets';
export { SnmpServer } from './server';
export { TrapTest } from './traps/agent-traps';
