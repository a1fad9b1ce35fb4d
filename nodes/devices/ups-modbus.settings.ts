import { choice, declareNode, section } from '../../lib/core/settings';
import { answerTimeout, batteryMapFault, blocksFault, feedFields, pollInterval } from '../shared/fields/device';
import { deviceMap } from '../shared/fields/device-map';
import { modbusEndpoint, modbusUnit } from '../shared/fields/modbus';

/** The ids of the shipped maps, as `MODBUS_MAPS` has them. */
const MAPS = ['apc-smart-ups', 'adelsystem-cbi'] as const;

export const settings = declareNode({
    type: 'ups-modbus',
    family: 'devices',
    ports: { inputs: 0, outputs: ['status'] },
    label: ['ups', 'battery', 'host', 'path'],
    triesNow: true,
    sections: [
        section('', feedFields),
        section('device', {
            ...modbusEndpoint(),
            unitId: modbusUnit({ max: 255 }),
        }),
        section('registers', {
            map: choice([...MAPS, 'own'], { icon: 'table', default: 'own' }),
            addressing: choice(['zero', 'one'], { icon: 'sort-numeric-asc', default: 'zero' }),
            ownMap: deviceMap({ places: 'registers', when: { map: 'own' } }),
        }),
        section('polling', {
            interval: pollInterval(0.2),
            timeout: answerTimeout({ min: 0.1, max: 10, default: 2 }),
        }),
    ],
    checks: {
        map: ({ feeds, map }) => batteryMapFault(feeds, map),
        ownMap: ({ feeds, ownMap }) => blocksFault(feeds, ownMap),
    },
});
