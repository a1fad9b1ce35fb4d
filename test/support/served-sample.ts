import type { ServedUps } from '../../lib/core/served/served-ups';
import { emptyStatus, type PartialStatus } from '../../lib/core/status/status';
import type { EventInfo } from '../../lib/core/messages';

export const eventOf = (id: string): EventInfo => ({
    ...{ id, source: 'UPS 1', sourceId: 'u1', level: 'alarm', active: true, since: 0, at: 0, episode: 'e' },
    text: id,
});

const READING: PartialStatus = {
    battery: { state: 'normal', voltage: 54.3, current: 0, temperature: 24.6, installedOn: '2024-03-02' },
    input: { lineBads: 3, lines: [{ frequency: 50, voltage: 230.4, current: 1.25, power: 260 }] },
    output: {
        source: 'normal',
        frequency: 49.9,
        lines: [{ voltage: 229.6, current: 1.1, power: 250, load: 25, apparentPower: 300 }],
        energy: 12.34,
    },
    alarms: [],
    test: { result: 'none' },
};

/** A UPS on mains, as every server tells of it. */
export const servedSample = (over: Partial<ServedUps> = {}, reading: PartialStatus = {}): ServedUps => ({
    id: 'u1',
    name: 'UPS 1',
    site: { name: 'Plant', location: 'Hall 3', contact: 'ops@example.org' },
    knowledge: 'live',
    identity: { manufacturer: 'Maker', model: 'Model 3', serial: 'S-77', firmware: '1.4' },
    status: { ...emptyStatus(0), ...READING, ...reading },
    onBattery: false,
    batteryLow: false,
    testsBattery: false,
    communicationLost: false,
    events: [],
    secondsOnBattery: 0,
    remainingSeconds: 3600,
    chargePercent: 100,
    ...over,
});

/** The same UPS, silent on mains. */
export const silentSample = (): ServedUps => {
    const { status: _, onBattery: __, secondsOnBattery: ___, remainingSeconds: ____, ...known } = servedSample();
    const { chargePercent: _____, ...rest } = known;
    return { ...rest, knowledge: 'silent', communicationLost: true, events: [eventOf('communication-lost')] };
};
