import type { NodeAPI } from 'node-red';
import type { SettingsOf } from '../../lib/core/settings';
import { defineDevice, type DeployedDevice, type DriverDeps } from '../shared/device/define-device';
import { modbusLinesOf } from '../shared/device/modbus-lines';
import { modbusMap } from '../shared/device/protocols';
import { settings } from './ups-modbus.settings';

export = (RED: NodeAPI) => {
    const driver = (own: SettingsOf<typeof settings>, { clock, deployed }: DriverDeps<DeployedDevice>) =>
        modbusMap().createModbusMapDriver(own, clock, modbusLinesOf(RED), (problem) => deployed?.warn(problem));
    defineDevice(RED, settings, {
        driver,
        batteryDriver: driver,
        // Several units may share a serial line, also with relay modules.
        sharesPort: true,
        ownMap: { property: 'ownMap', choice: 'map' },
    });
};
