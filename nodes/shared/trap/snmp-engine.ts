import type { NodeAPI } from 'node-red';
import type { Clock } from '../../../lib/core/clock';
import { EngineBoots } from '../../../lib/protocols/snmp/notify/engine-boots';
import type { NotifyEngine } from '../../../lib/protocols/snmp/notify/sender';
import { flowOf, onePerFlow } from '../runtime/flow-of';
import type { TrapSettings } from './trap-settings';

const bootsOf = onePerFlow(() => new EngineBoots());

/** Where the count of our starts is stored. */
export type BootCountStorage = 'kept' | 'in-memory' | 'no-site';

export function bootCountStorage(RED: NodeAPI): BootCountStorage {
    const sites = flowOf(RED).registry.sites();
    if (sites.length === 0) return 'no-site';
    return sites.some(({ store }) => store.mode === 'disk') ? 'kept' : 'in-memory';
}

/**
 * Our identity as an SNMPv3 engine. The count of starts is written to every store, because nodes of any site may use the same engine id.
 * @throws UpsError config-invalid when the count has reached its maximum
 */
export function engineOf(
    RED: NodeAPI,
    { engineId, stamped }: Pick<TrapSettings, 'engineId' | 'stamped'>,
): NotifyEngine {
    const { clock, registry } = flowOf(RED);
    const stores = registry.sites().map(({ store }) => store);
    const journals = stores.length > 0 ? stores : [registry.memoryJournal];
    return {
        id: engineId,
        boots: stamped ? bootsOf(RED).of(journals, engineId) : 0,
        seconds: () => engineSeconds(clock),
    };
}

/**
 * Seconds since the boot of the machine, so that a restart of the process does not reset the value even if no count is stored. RFC 3414
 * counts from the last increase of the boots; receivers only check that the value grows.
 */
function engineSeconds(clock: Clock): number {
    const { ms = process.uptime() * 1000 } = clock.bootTime?.() ?? {};
    return Math.max(0, Math.floor(ms / 1000));
}
