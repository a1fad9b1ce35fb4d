import { PduType } from 'net-snmp';
import type { ServedUps } from '../../lib/core/served/served-ups';
import { AgentUps } from '../../lib/protocols/snmp-agent/agent-ups';

const UPS = '1.3.6.1.2.1.33.1';

/** What an SNMP agent tells of a UPS, by names below upsObjects. */
export function agentOf(
    served: () => ServedUps | undefined,
    unknownAs: 'no-such-instance' | '-1' = 'no-such-instance',
) {
    const ups = new AgentUps(() => 500, { now: () => 0, monotonic: () => 0 });
    ups.serving = { version: 'Ridethrough 1.0.0', unknownAs };
    ups.target = { served, supports: () => true, order: () => Promise.resolve() };
    const read = (type: PduType, ...oids: string[]) =>
        ups.respond({
            type,
            version: 1,
            varbinds: oids.map((oid) => ({ oid, type: 5, value: null })),
            mayWrite: false,
        }).answer.varbinds;
    return {
        get: (name: string) => read(PduType.GetRequest, name.startsWith('1.') ? name : `${UPS}.${name}`)[0]!.value,
        /** All instances below upsObjects, without its prefix. */
        walk: () => {
            const found: Record<string, unknown> = {};
            for (let oid = UPS; ;) {
                const [next] = read(PduType.GetNextRequest, oid);
                if (!next?.oid.startsWith(`${UPS}.`) || next.value === null) return found;
                oid = next.oid;
                found[oid.slice(UPS.length + 1)] = next.value;
            }
        },
        alarms: () => Object.entries(agentOf(served, unknownAs).walk()).filter(([name]) => name.startsWith('6.2.1.2.')),
    };
}
