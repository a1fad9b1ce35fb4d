import type { Node, NodeAPI } from 'node-red';
import type { UpsDriver } from '../../lib/core/driver';
import { emptyStatus, type PartialStatus } from '../../lib/core/status/status';
import { keepPast, statusSamples } from '../../lib/store';
import { zoneOf } from '../../lib/zones/temporal-zone';
import type { SnmpDriver } from '../../lib/protocols/snmp/driver';
import { defineDevice, type DriverContext } from '../shared/device/define-device';
import { duracomm } from '../shared/device/protocols';
import { PORT_FAULTS } from '../shared/device/port-faults';
import { trapReceiversOf } from '../shared/device/trap-receivers';
import { flowOf } from '../shared/runtime/flow-of';
import { wordsOf } from '../shared/words/site-words';
import { settings } from './ups-duracomm.settings';

/** A map that reads nothing: while people look for values, they have none yet. */
const NO_MAP = {
    version: 1,
    id: 'none',
    name: 'none',
    judgedBy: 'none',
    items: [{ id: 'none', at: { label: 'none' }, kind: 'text', to: 'channel:none' }],
};

export = (RED: NodeAPI) => {
    const objects = new WeakMap<UpsDriver, SnmpDriver>();
    defineDevice(RED, settings, {
        driver: (own, { clock, deployed }) => {
            const { driver, snmp } = duracomm().createDuracommDriver(
                { ...own, map: own.map! },
                {
                    clock,
                    zone: () => zoneOf(own.zone),
                    warn: (error) => deployed?.warn(error),
                    ...(deployed && {
                        traps: trapReceiversOf(RED),
                        listening: () => deployed.over(PORT_FAULTS),
                        booted: () => logBoot(RED, deployed),
                        keepRows: (rows: readonly PartialStatus[]) => keepRows(deployed, rows),
                    }),
                },
            );
            if (snmp) objects.set(driver, snmp);
            return driver;
        },
        // Only the deployed node receives traps.
        trySettings: { trapPort: '' },
        ownMap: { property: 'map' },
        find: {
            settings: { map: NO_MAP, csvTime: 'time', csvFormat: 'epoch' },
            values: (own, { clock }) => duracomm().findValues({ ...own, map: own.map! }, clock, zoneOf(own.zone)),
        },
        intervalOf: ({ way, interval, csvMinutes }) => (way === 'csv' ? csvMinutes * 60 : interval),
        onStart(node: Node & { driver?: UpsDriver }, driver) {
            // Sensors use the driver to read other objects.
            node.driver = driver && objects.get(driver);
        },
    });
};

function logBoot(RED: NodeAPI, { node, unit, site }: DriverContext): void {
    site?.store.append({
        at: flowOf(RED).clock.now(),
        kind: 'system',
        level: 'warning',
        source: unit.name,
        text: wordsOf(RED, site).say('ups-duracomm.said.booted'),
        nodeId: node.id,
    });
}

/** Each row with its own time, unless the site keeps no history. */
async function keepRows({ unit, site }: DriverContext, rows: readonly PartialStatus[]): Promise<void> {
    if (!site || site.dataLogSeconds <= 0) return;
    const { id, name } = unit;
    const past = rows.map((row) => {
        const at = row.time ?? 0;
        return { at, samples: statusSamples({ ...emptyStatus(at), ...row }) };
    });
    await keepPast(site.series, { id, name }, past);
}
