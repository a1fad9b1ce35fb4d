import { choice, declareNode, host, port, section, whole } from '../../lib/core/settings';
import { answerTimeout, batteryMapFault, blocksFault, feedFields, pollInterval } from '../shared/fields/device';
import { deviceMap } from '../shared/fields/device-map';
import { privacyNeedsAuthentication, snmpFields } from '../shared/fields/snmp';

/** The ids of the shipped maps, as `SNMP_MAPS` has them. */
const MAPS = [
    'apc-powernet',
    'cyberpower',
    'eaton-xups',
    'eaton-mge',
    'socomec',
    'socomec-netvision5',
    'socomec-pdu',
] as const;

export const settings = declareNode({
    type: 'ups-snmp',
    family: 'devices',
    ports: { inputs: 0, outputs: ['status'] },
    label: ['ups', 'battery', 'host'],
    triesNow: true,
    sections: [
        section('', feedFields),
        section('device', {
            host: host({ required: true, example: '192.0.2.10' }),
            port: port({ default: 161 }),
            ...snmpFields,
        }),
        section('objects', {
            dialect: choice(['auto', 'rfc1628', ...MAPS, 'own'], { icon: 'language', default: 'auto' }),
            map: deviceMap({ places: 'objects', when: { dialect: 'own' } }),
        }),
        section('polling', {
            interval: pollInterval(0.1),
            timeout: answerTimeout({ min: 0.05, max: 60, default: 2 }),
            retries: whole({ icon: 'repeat', min: 0, max: 10, default: 1 }),
            // 0: no traps.
            trapPort: port({ icon: 'bell-o', min: 0, default: 0, blank: true }),
        }),
    ],
    checks: {
        authProtocol: privacyNeedsAuthentication,
        dialect: ({ feeds, dialect }) => batteryMapFault(feeds, dialect),
        map: ({ feeds, map }) => blocksFault(feeds, map),
    },
});
