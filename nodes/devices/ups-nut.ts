import type { Node, NodeAPI } from 'node-red';
import { createNutDriver } from '../../lib/protocols/nut/create-driver';
import { attachDevice, type DeviceConfig } from '../shared/device';
import { registerDeviceTry } from '../shared/try-device';
import { systemClock } from '../shared/hub';
import { tlsOptions } from '../shared/tls';

interface UpsNutConfig extends DeviceConfig {
    host: string;
    port: string | number;
    upsName: string;
    /** Id of a `tls-config`: then STARTTLS, or nothing. */
    tls?: string;
    /** Off where it is missing. */
    ignoreLowBattery?: boolean | string;
}

interface UpsNutCredentials {
    user?: string;
    password?: string;
}

export = (RED: NodeAPI) => {
    function UpsNut(this: Node<UpsNutCredentials>, config: UpsNutConfig) {
        RED.nodes.createNode(this, config);
        // upsd lives in real time, even where a simulator makes the unit's clock run faster.
        attachDevice(RED, this, config, () => make(config, this.credentials));
    }
    const make = (config: UpsNutConfig, credentials: UpsNutCredentials) => {
        const settings = { ...config, ...credentials, tls: tlsOptions(RED, config.tls) };
        return createNutDriver(settings, systemClock);
    };
    registerDeviceTry(RED, 'ups-nut', ({ config, credentials }) => make(config as never, credentials));
    RED.nodes.registerType('ups-nut', UpsNut as never, {
        credentials: {
            user: { type: 'text' },
            password: { type: 'password' },
        },
    });
};
