import { ObjectType } from 'net-snmp';
import type { ServedUps } from '../../lib/core/served/served-ups';
import { emptyStatus, type PartialStatus } from '../../lib/core/status/status';
import type { ServedObject, WireValue } from '../../lib/protocols/snmp-agent/object-tree';
import { UPS } from '../../lib/protocols/snmp-agent/ups-mib/source';

/** A reading of the simulated UPS as a card tells it: at once, and by the source of its output alone. */
export function servedReading(reading: PartialStatus): ServedUps {
    const status = { ...emptyStatus(reading.time ?? 0), ...reading };
    const { battery } = status;
    return {
        id: 'ups',
        name: '',
        site: {},
        knowledge: 'live',
        identity: status.identity,
        status,
        onBattery: status.output.source === 'battery',
        batteryLow: false,
        testsBattery: false,
        communicationLost: false,
        events: [],
        secondsOnBattery: battery.secondsOnBattery,
        remainingSeconds: battery.minutesRemaining === undefined ? undefined : battery.minutesRemaining * 60,
        chargePercent: battery.chargePercent,
    };
}

/** Cards send a value for what they do not know; RFC 1628 defines none. */
const SENT: Readonly<Record<string, number>> = {
    '2.3.0': 65_535,
    '7.3.0': 6,
    '8.2.0': -1,
    '8.3.0': -1,
    '8.4.0': -1,
    '8.5.0': 1,
};
/** The simulated card has none of these of the maker's additions. */
const LEFT_OUT: ReadonlySet<string> = new Set(['1.7.0', '1.8.0', '1.9.0']);

/** Objects as a card serves them: never without a value. */
export function withValues(objects: readonly ServedObject[]): ServedObject[] {
    return objects.flatMap((object) => {
        const name = object.oid.startsWith(`${UPS}.`) ? object.oid.slice(UPS.length + 1) : '';
        if (LEFT_OUT.has(name)) return [];
        const otherwise: WireValue = SENT[name] ?? (object.type === ObjectType.OctetString ? '' : 0);
        return { ...object, value: () => object.value() ?? otherwise };
    });
}
