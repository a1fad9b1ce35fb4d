import type { ConnectionOptions } from 'node:tls';
import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { createNutDriver } from '../../lib/protocols/nut/create-driver';
import { attachDevice, type DeviceConfig } from '../shared/device';
import { registerDeviceTry } from '../shared/try-device';
import { flowOf } from '../shared/flow-of';

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

type TlsConfigNode = Node & { addTLSOptions(options: ConnectionOptions): ConnectionOptions };

export = (RED: NodeAPI) => {
    function UpsNut(this: Node<UpsNutCredentials>, config: UpsNutConfig) {
        RED.nodes.createNode(this, config);
        // upsd lives in real time, even where a simulator makes the unit's clock run faster.
        attachDevice(RED, this, config, () => make(config, this.credentials));
    }
    const make = (config: UpsNutConfig, credentials: UpsNutCredentials) => {
        const tls = config.tls ? (RED.nodes.getNode(config.tls) as TlsConfigNode | null) : undefined;
        if (tls === null) throw new UpsError('config-missing', { property: 'tls' });
        const settings = { ...config, ...credentials, tls: tls?.addTLSOptions({}) };
        return createNutDriver(settings, flowOf(RED).clock);
    };
    registerDeviceTry(RED, 'ups-nut', ({ config, credentials }) => make(config as never, credentials));
    RED.nodes.registerType('ups-nut', UpsNut as never, {
        credentials: {
            user: { type: 'text' },
            password: { type: 'password' },
        },
    });
};
