import type { Node, NodeAPI } from 'node-red';
import { createCs141Driver, sharedCs141, type Cs141Settings } from '../../lib/protocols/cs141/create-driver';
import { attachDevice, type DeviceConfig } from '../shared/device/device';
import { registerDeviceTry } from '../shared/device/try-device';
import { flowOf } from '../shared/runtime/flow-of';
import { modbusLinesOf } from '../shared/device/modbus-lines';
import { tlsOptions } from '../shared/settings/tls';

type UpsCs141Config = DeviceConfig &
    Omit<Cs141Settings, 'interval' | 'tls' | 'user' | 'password'> & {
        /** Id of a `tls-config` for the web interface. */
        tls?: string;
    };

interface UpsCs141Credentials {
    /** Of the card's web interface. */
    user?: string;
    password?: string;
}

export = (RED: NodeAPI) => {
    // Several units may share a serial line, also with relay modules.
    const shared = sharedCs141(flowOf(RED).clock, modbusLinesOf(RED));

    function UpsCs141(this: Node<UpsCs141Credentials>, config: UpsCs141Config) {
        RED.nodes.createNode(this, config);
        // The card lives in real time, even where a simulator makes the unit's clock run faster.
        attachDevice(RED, this, config, ({ warn }) => {
            const tls = config.http === false ? undefined : tlsOptions(RED, config.tls);
            return createCs141Driver({ ...config, ...this.credentials, tls }, flowOf(RED).clock, shared, warn);
        });
    }
    // The web interface is no part of it: it takes a session of the card for each log-in.
    registerDeviceTry(
        RED,
        'ups-cs141',
        ({ config }) => createCs141Driver({ ...config, http: false }, flowOf(RED).clock, shared),
        { sharesPort: true },
    );
    RED.nodes.registerType('ups-cs141', UpsCs141 as never, {
        credentials: {
            user: { type: 'text' },
            password: { type: 'password' },
        },
    });
};
