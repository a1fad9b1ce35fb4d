import { hostname } from 'node:os';
import type { NodeAPI } from 'node-red';
import { COUNTERS } from '../../../lib/core/journal/journal';
import type { SetMemory } from '../../../lib/protocols/snmp-agent/seen-sets';
import type { AgentMemory } from '../../../lib/protocols/snmp-agent/serving';
import { flowOf, type RuntimeFlow } from '../runtime/flow-of';
import { ownEngineId } from './own-engine-id';

const SETS = 'snmp-sets';
const ENGINE = 'snmp-own-engine';
const KEY = /^([0-9a-f]{2}){5,32}$/;

/** Rows of alarms and what was told of them, in the store of the agent's site. */
export function agentMemory(RED: NodeAPI, nodeId: string, site: string): AgentMemory {
    // While a deploy replaces the site there is none.
    const store = () => flowOf(RED).registry.siteOf(undefined, site || undefined)?.store;
    return {
        read: (name) => store()?.getValue(nodeId, `snmp-agent/${name}`),
        write: (name, value) => {
            const present = store();
            present?.setValue(nodeId, `snmp-agent/${name}`, value);
            return present !== undefined;
        },
    };
}

/** The marks of the SETs of all agents, in every store: a site may be deleted. */
export function setMemory({ registry }: RuntimeFlow): SetMemory {
    const stores = () => registry.sites().map(({ store }) => store);
    return {
        read: () => stores().flatMap((store) => store.getValue(COUNTERS, SETS) ?? []),
        write: (marks) => {
            for (const store of stores()) store.setValue(COUNTERS, SETS, marks);
        },
    };
}

/**
 * snmpEngineID of this machine, hexadecimal. It is made once and kept (RFC 3414, section 2.2): another network card makes no other engine of it. A store
 * that was copied to another machine does.
 */
export function keptEngineId(RED: NodeAPI): string {
    const stores = flowOf(RED)
        .registry.sites()
        .map(({ store }) => store);
    const host = hostname();
    const known = stores
        .map((store) => (store.getValue(COUNTERS, ENGINE) ?? {}) as { id?: unknown; host?: unknown })
        .find((each) => each.host === host && KEY.test(String(each.id)));
    const id = known ? String(known.id) : ownEngineId();
    for (const store of stores) {
        const { id: before, host: of } = (store.getValue(COUNTERS, ENGINE) ?? {}) as { id?: unknown; host?: unknown };
        if (before !== id || of !== host) store.setValue(COUNTERS, ENGINE, { id, host });
    }
    return id;
}
