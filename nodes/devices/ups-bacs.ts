import type { NodeAPI } from 'node-red';
import type { UpsError } from '../../lib/core/errors';
import { readSettings, type SettingsOf } from '../../lib/core/settings';
import type { BacsSettings } from '../../lib/protocols/bacs/create-driver';
import { feedBattery } from '../batteries/feed-battery';
import { batteryOf } from '../shared/config/battery-of';
import type { CardSettingsReader } from '../shared/device/card-settings';
import type { ObjectWriter } from '../shared/device/object-writer';
import { modbusLinesOf } from '../shared/device/modbus-lines';
import { bacs, bacsObjects } from '../shared/device/protocols';
import { registerBatteryTry } from '../shared/device/try-battery';
import { trapReceiversOf } from '../shared/device/trap-receivers';
import { flowOf } from '../shared/runtime/flow-of';
import { checkSettings } from '../shared/settings/check-settings';
import { defineNode } from '../shared/settings/define-node';
import { errorText } from '../shared/words/texts';
import { settings } from './ups-bacs.settings';

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: own }) => {
        const batteryNode = checkSettings(RED, node, () => batteryOf(RED, own.battery));
        if (!batteryNode) return;
        const { battery } = batteryNode;
        const { clock } = flowOf(RED);
        const warned = new Set<string>();
        const warn = (error: UpsError) => {
            const text = errorText(RED, error);
            if (!warned.has(text)) node.warn(text);
            warned.add(text);
        };
        const driver = bacs().createBacsDriver(
            bacsSettings(own),
            clock,
            modbusLinesOf(RED),
            warn,
            own.trapPort ? trapReceiversOf(RED) : undefined,
        );
        const { snmp } = bacsSettings(own);
        if (snmp) (node as ObjectWriter).writeObject = (oid, value) => bacsObjects().writeBacsObject(snmp, oid, value);
        if (own.way !== 'modbus') (node as CardSettingsReader).readCardSettings = () => driver.askSettings();
        feedBattery(RED, node, battery, driver);
    });
    registerBatteryTry(RED, settings.type, ({ config, credentials }) => {
        // Only the deployed node receives traps, and a battery is not needed to read its card.
        const own = readSettings(settings, { ...config, trapPort: '', battery: NO_BATTERY }, credentials);
        const place = own.way === 'snmp' ? own.snmpHost : own.transport === 'rtu' ? own.path : own.host;
        const driver = bacs().createBacsDriver(bacsSettings(own), flowOf(RED).clock, modbusLinesOf(RED));
        return {
            ...{ driver, place },
            ...(own.way === 'both' && { askBeside: () => driver.askSettings() }),
        };
    });
};

const NO_BATTERY = 'none';

function bacsSettings(own: SettingsOf<typeof settings>): BacsSettings {
    const { way, timeout, unitId, addressing, interval, snmpHost, snmpPort, indexBase, fahrenheit, stringAlarms } = own;
    return {
        way,
        ...(way !== 'snmp' && { modbus: { ...own, unitId, addressing, timeout } }),
        ...(way !== 'modbus' && {
            snmp: {
                ...own,
                host: snmpHost || own.host,
                port: snmpPort,
                indexBase,
                fahrenheit,
                stringAlarms,
                divisors: {
                    blockVoltage: own.voltageDivisor,
                    stringVoltage: own.stringVoltageDivisor,
                    temperature: own.temperatureDivisor,
                    impedance: own.impedanceDivisor,
                    current: own.currentDivisor,
                },
            },
        }),
        ...(interval !== undefined && { interval }),
    };
}
