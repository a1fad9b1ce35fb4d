import type { NodeAPI } from 'node-red';
import { defineDevice } from '../shared/device/define-device';
import { modbusLinesOf } from '../shared/device/modbus-lines';
import { modbusMap } from '../shared/device/protocols';
import { settings } from './ups-modbus.settings';

export = (RED: NodeAPI) => {
    defineDevice(RED, settings, {
        driver: (own, { clock, deployed }) =>
            modbusMap().createModbusMapDriver(own, clock, modbusLinesOf(RED), (problem) => deployed?.warn(problem)),
        // Several units may share a serial line, also with relay modules.
        sharesPort: true,
        ownMap: { property: 'ownMap', choice: 'map' },
    });
};
