import type { Node, NodeAPI } from 'node-red';
import type { UpsDriver } from '../../lib/core/driver';
import type { SettingsOf } from '../../lib/core/settings';
import { defineDevice, type DeployedDevice, type DriverDeps } from '../shared/device/define-device';
import { snmp } from '../shared/device/protocols';
import { PORT_FAULTS } from '../shared/device/port-faults';
import { trapReceiversOf } from '../shared/device/trap-receivers';
import { settings } from './ups-snmp.settings';

export = (RED: NodeAPI) => {
    const driver = (own: SettingsOf<typeof settings>, { clock, deployed }: DriverDeps<DeployedDevice>) =>
        snmp().createSnmpDriver(
            { ...own, onListening: () => deployed?.over(PORT_FAULTS) },
            clock,
            (error) => deployed?.warn(error),
            trapReceiversOf(RED),
        );
    defineDevice(RED, settings, {
        driver,
        batteryDriver: driver,
        // Only the deployed node receives traps.
        trySettings: { trapPort: '' },
        ownMap: { property: 'map', choice: 'dialect' },
        onStart(node: Node & { driver?: UpsDriver }, driver) {
            // Sensors use the driver to read other objects.
            node.driver = driver;
        },
    });
};
