import type { NodeAPI } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import { MAX_BOOTS } from '../../../lib/protocols/snmp/notify/engine-boots';
import type { NotifyEngine } from '../../../lib/protocols/snmp/notify/sender';
import { engineOf } from '../trap/snmp-engine';
import type { AgentSettings } from './agent-security';
import { keptEngineId } from './agent-memory';

/** snmpEngineID of an agent, hexadecimal. */
export function engineIdOf(RED: NodeAPI, { engineId }: Pick<AgentSettings, 'engineId'>): string {
    return (engineId || keptEngineId(RED)).replace(/^0x/i, '').toLowerCase();
}

/**
 * Our identity as an SNMPv3 engine, with the count of starts that `ups-trap` uses for the same engine id. At its end the count stays there, and no authenticated message is in time any more
 * (RFC 3414, section 2.2.2).
 */
export function agentEngine(RED: NodeAPI, engineId: string): NotifyEngine {
    try {
        return engineOf(RED, { engineId, stamped: true });
    } catch (error) {
        if (!(error instanceof UpsError)) throw error;
        return { id: engineId, boots: MAX_BOOTS, seconds: () => 0 };
    }
}
