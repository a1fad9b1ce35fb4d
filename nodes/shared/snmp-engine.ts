import { EngineBoots } from '../../lib/protocols/snmp/notify/engine-boots';
import type { NotifyEngine } from '../../lib/protocols/snmp/notify/sender';
import { hub, systemClock } from './hub';
import type { TrapSettings } from './trap-settings';

const boots = new EngineBoots();

/** How well the count of our starts is kept. */
export type Keeping = 'kept' | 'in-memory' | 'no-site';

export function keepingOfBoots(): Keeping {
    const sites = [...hub.sites.values()];
    if (sites.length === 0) return 'no-site';
    return sites.some(({ store }) => store.mode === 'disk') ? 'kept' : 'in-memory';
}

/**
 * Who we are as an SNMPv3 engine. The count of starts goes to every store, for nodes of any site may speak for the same engine.
 * @throws UpsError config-invalid when the count is spent
 */
export function engineOf({ engineId, stamped }: Pick<TrapSettings, 'engineId' | 'stamped'>): NotifyEngine {
    const stores = [...hub.sites.values()].map(({ store }) => store);
    const journals = stores.length > 0 ? stores : [hub.forgetful];
    return { id: engineId, boots: stamped ? boots.of(journals, engineId) : 0, seconds: engineSeconds };
}

/**
 * Since the boot of the machine, so that a restart of the process does not set it back even where no count is kept. RFC 3414 counts from the
 * raise of the boots; receivers only look whether it grows.
 */
function engineSeconds(): number {
    const { ms = process.uptime() * 1000 } = systemClock.bootTime?.() ?? {};
    return Math.max(0, Math.floor(ms / 1000));
}
